import { answerDays, disputeDays, receiveDays, sendBackDays } from '../limits.ts'

export const returnStates = [
  'asked',
  'accepted',
  'sent',
  'refunded',
  'refused',
  'withdrawn',
  'closed',
  'disputed',
  'decided',
] as const
export type ReturnState = (typeof returnStates)[number]

export const returnReasons = [
  'changed-mind',
  'damaged',
  'wrong',
  'not-as-described',
  'never-came',
] as const
export type ReturnReason = (typeof returnReasons)[number]

export type Side = 'buyer' | 'merchant' | 'house'
export type ReturnAct = keyof typeof returnMoves

type Move = { by: Side; from: readonly ReturnState[]; to: ReturnState; step: string }

/** Who may take a return where. What is not here is refused, and `time` takes moves of its own. */
export const returnMoves = {
  accept: { by: 'merchant', from: ['asked'], to: 'accepted', step: 'accepted' },
  refuse: { by: 'merchant', from: ['asked'], to: 'refused', step: 'refused' },
  refund: { by: 'merchant', from: ['asked'], to: 'refunded', step: 'refunded' },
  received: { by: 'merchant', from: ['accepted', 'sent'], to: 'refunded', step: 'received' },
  sent: { by: 'buyer', from: ['accepted'], to: 'sent', step: 'sent' },
  withdraw: {
    by: 'buyer',
    from: ['asked', 'accepted', 'disputed'],
    to: 'withdrawn',
    step: 'withdrawn',
  },
  dispute: { by: 'buyer', from: ['sent', 'refused', 'refunded'], to: 'disputed', step: 'disputed' },
  answer: { by: 'merchant', from: ['disputed'], to: 'disputed', step: 'answered' },
  decide: { by: 'house', from: ['disputed'], to: 'decided', step: 'decided' },
} as const satisfies Record<string, Move>

/** By when the next thing must happen; what time does then is in the README of the feature. */
export const dueDays: Record<ReturnState, number | null> = {
  asked: answerDays,
  accepted: sendBackDays,
  sent: receiveDays,
  refused: disputeDays,
  refunded: disputeDays,
  disputed: answerDays,
  withdrawn: null,
  closed: null,
  decided: null,
}

type Seen = {
  state: ReturnState
  reason: ReturnReason
  left: { amount: number }
  dueAt: string | null
  steps: readonly { step: string }[]
}

/** Whether this side may do that now; the server decides the same under its lock. */
export function mayAct(act: ReturnAct, seen: Seen, by: Side, nowMs: number): boolean {
  const move: Move = returnMoves[act]
  if (move.by !== by || !move.from.includes(seen.state)) return false
  if (act === 'accept') return seen.reason !== 'never-came'
  if (act === 'answer') return !was(seen, 'answered')
  return act !== 'dispute' || mayDispute(seen, nowMs)
}

/** Once; while something is left to give; after a no until its time is over, of a parcel sent back after its. */
function mayDispute(seen: Seen, nowMs: number): boolean {
  if (was(seen, 'disputed') || seen.left.amount === 0 || seen.dueAt === null) return false
  const isOver = Date.parse(seen.dueAt) <= nowMs
  return seen.state === 'sent' ? isOver : !isOver
}

const was = ({ steps }: Seen, step: string) => steps.some((one) => one.step === step)
