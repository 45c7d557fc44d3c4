import { pollsMax } from '../../../shared/limits.ts'
import type { In } from '../../../shared/wire/contract.ts'
import type { Answered, pollCommands, ShownPoll } from '../../../shared/wire/polls.ts'
import { newId } from '../../base/ids.ts'
import { invalid } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import { type Postgres, rethrow } from '../../store/postgres.ts'
import type { Moderation } from '../moderation/moderation.ts'
import { countsOf, countVotes, type Vote } from './store.ts'

type Needs = {
  pg: Pick<Postgres, 'talk'>
  log: Log
  moderation: Pick<Moderation, 'mayReact'>
}
type Payload<C extends keyof typeof pollCommands> = In<(typeof pollCommands)[C]>

export type Polls = ReturnType<typeof createPolls>

/** What a show's staff ask the room, and what it answers. */
export function createPolls({ pg, log, moderation }: Needs) {
  const sql = pg.talk
  const votes = new GroupCommit<Vote, Answered>({
    slots: ({ accountId }) => [accountId],
    same: ({ accountId, showId, pollId, answer }) => `${accountId} ${showId} ${pollId} ${answer}`,
    run: (batch) => countVotes(sql, batch),
  })

  return {
    /** One at a time; it closes at its end, by hand, or with the show. */
    async open(who: Who, { question, answers, ...what }: Payload<'poll:open'>): Promise<ShownPoll> {
      const said = answers.map((answer) => answer.trim())
      if (new Set(said).size < said.length) throw invalid('/answers', 'Two answers are the same.')
      return log.call<ShownPoll>(sql, 'poll_open_v1', {
        ...what,
        question: question.trim(),
        answers: said,
        by: who.accountId,
        pollId: newId(),
        max: pollsMax,
      })
    },

    /** The first vote of a person counts, whatever they press later: the answer says which it was. */
    async answer(who: Who, vote: Payload<'poll:answer'>): Promise<Answered> {
      await moderation.mayReact(vote.showId, who)
      return votes.ask({ ...vote, accountId: who.accountId })
    },

    /** After this answers no vote counts any more. */
    async close(who: Who, what: Payload<'poll:close'>): Promise<void> {
      await log.call(sql, 'poll_close_v1', { ...what, by: who.accountId })
    },

    /** Votes of the open polls, for the pulse: five thousand at once are one line of it. */
    readCounts: (showIds: string[]) => countsOf(sql, showIds).catch(rethrow),

    /** Takes no new votes, counts those that wait. */
    end: () => votes.close(),
  }
}
