/** What a test card does. `message` is for the person who pays. */
export type Outcome = {
  to: 'succeeded' | 'failed' | 'processing' | 'requires_action'
  message?: string
}

/** WIRE: 4242… approves, …0002 declines, …0077 takes its time, …3220 asks its owner first. */
const cards: Record<string, Outcome> = {
  '4242424242424242': { to: 'succeeded' },
  '4000000000000002': { to: 'failed', message: 'Your bank said no. Nothing was taken.' },
  '4000000000000077': { to: 'processing', message: 'Your bank takes a moment to answer.' },
  '4000000000003220': { to: 'requires_action', message: 'Your bank asks you to confirm.' },
}

const unknown: Outcome = {
  to: 'failed',
  message: 'The sandbox bank knows only its test cards. Nothing was taken.',
}

export function outcomeOf(card: string): Outcome {
  return cards[card.replaceAll(' ', '')] ?? unknown
}
