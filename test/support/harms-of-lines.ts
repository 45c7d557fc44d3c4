import type { Harm } from './harms.ts'

const first = 'select offer_id from line_places where n = 1'

/** What somebody might do to who waits in line. */
export const ofLines: Harm[] = [
  {
    rule: 'line: an offer counts those who wait for it',
    what: 'one more is counted',
    harm: `update offers set waiting = waiting + 1 where id in (${first}) returning id`,
  },
  {
    rule: 'line: an offer counts those who wait for it',
    what: 'one who was served waits again',
    harm: 'update line_places set ended_at = null, ended_as = null, hold_id = null where n = 1 returning offer_id as id',
  },
  {
    rule: 'line: numbers go from 1, in the order of coming',
    what: 'a place is gone',
    harm: 'delete from line_places where n = 1 returning offer_id as id',
  },
  {
    rule: 'line: numbers go from 1, in the order of coming',
    what: 'the last says to have come first',
    harm: `update line_places set joined_at = joined_at - interval '1 hour' where n = 2 returning offer_id as id`,
  },
  {
    rule: 'line: nobody was served while a lower number waited',
    what: 'the first was served after the second',
    harm: `update line_places set ended_at = ended_at + interval '1 hour' where n = 1 returning offer_id as id`,
  },
  {
    rule: 'line: who was served holds one piece of that offer, from that moment on',
    what: 'somebody else is served',
    harm: 'update line_places set account_id = gen_random_uuid() where n = 1 returning offer_id as id',
  },
  {
    rule: 'line: who was served holds one piece of that offer, from that moment on',
    what: 'the hold of one who was served is gone',
    harm: 'delete from holds where id in (select hold_id from line_places where n = 1) returning offer_id as id',
  },
  {
    rule: 'line: no unit went to a newcomer that somebody waited for',
    what: 'who came after the last unit went says to have waited before',
    harm: `update line_places set joined_at = joined_at - interval '1 hour' where n = 1 returning variant_id as id`,
  },
]
