import Type, { type Static } from 'typebox'
import {
  pollAnswerMax,
  pollAnswersMax,
  pollAnswersMin,
  pollMsMax,
  pollMsMin,
  pollQuestionMax,
} from '../limits.ts'
import { Empty, Id, Instant, Line, Nullable, Shape } from './base.ts'
import { commands } from './contract.ts'

/** A poll as everybody sees it. */
export const ShownPoll = Shape({
  pollId: Id,
  question: Type.String(),
  answers: Type.Array(Type.String()),
  /** Votes, in the order of the answers. While it is open the pulse tells them anew. */
  counts: Type.Array(Type.Integer()),
  openedAt: Instant,
  /** Null: until it is closed by hand, or the show is over. */
  endsAt: Nullable(Instant),
  closedAt: Nullable(Instant),
})
export type ShownPoll = Static<typeof ShownPoll>

/** The votes of the open poll, as of now. */
export const PollCounts = Shape({ pollId: Id, counts: Type.Array(Type.Integer()) })
export type PollCounts = Static<typeof PollCounts>

/** What somebody answered: the place among the answers, from 0. */
export const Answered = Shape({ pollId: Id, answer: Type.Integer() })
export type Answered = Static<typeof Answered>

export const pollCommands = commands({
  'poll:open': {
    summary: 'Ask the room; one poll of a show is open at a time',
    may: 'moderator',
    admin: true,
    in: Shape({
      showId: Id,
      question: Line(pollQuestionMax),
      answers: Type.Array(Line(pollAnswerMax), {
        minItems: pollAnswersMin,
        maxItems: pollAnswersMax,
        uniqueItems: true,
      }),
      durationMs: Type.Optional(Type.Integer({ minimum: pollMsMin, maximum: pollMsMax })),
    }),
    out: ShownPoll,
  },
  'poll:answer': {
    summary: 'One vote, once; answers the one that counts, which is the first',
    may: 'guest',
    notWhen: ['muted', 'banned'],
    in: Shape({
      showId: Id,
      pollId: Id,
      answer: Type.Integer({ minimum: 0, maximum: pollAnswersMax - 1 }),
    }),
    out: Answered,
  },
  'poll:close': {
    summary: 'Close a poll; closing twice is calm',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id, pollId: Id }),
    out: Empty,
  },
})
