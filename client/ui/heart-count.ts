/** `total` is everybody's count. Of one's own, `drawn` rose by the hand, and `sent` are in the total or will be: it falls by each that was lost. */
export type HeartCount = { total: number; drawn: number; sent: number }

/**
 * What is new since `had`. `due` are own hearts that were sent and that the total has not brought
 * back yet: they have risen already, and do not rise again as somebody else's.
 */
export function newHearts(had: HeartCount, now: HeartCount, due: number) {
  const expected = Math.max(0, due + now.sent - had.sent)
  const counted = Math.max(0, now.total - had.total)
  const back = Math.min(expected, counted)
  return { own: Math.max(0, now.drawn - had.drawn), others: counted - back, due: expected - back }
}
