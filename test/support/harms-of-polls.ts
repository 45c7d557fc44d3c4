import type { Harm } from './harms.ts'

/** What somebody might do to what a room answered. */
export const ofPolls: Harm[] = [
  {
    rule: 'poll: its counts are its votes',
    what: 'an answer has a vote more than was given',
    harm: 'update polls set counts[1] = counts[1] + 1 returning id',
  },
  {
    rule: 'poll: its counts are its votes',
    what: 'a vote is lost',
    harm: 'delete from poll_votes returning poll_id as id',
  },
  {
    rule: 'poll: the room was told its end once, with the counts that it has',
    what: 'votes come in after the end',
    harm: `with late as (insert into poll_votes select id, gen_random_uuid(), 0, now() from polls where closed_at is not null returning poll_id)
      update polls set counts[1] = counts[1] + 1 where id in (select poll_id from late) returning id`,
  },
  {
    rule: 'poll: the room was told its end once, with the counts that it has',
    what: 'a closed poll is open again',
    harm: 'update polls set closed_at = null where closed_at is not null returning id',
  },
]
