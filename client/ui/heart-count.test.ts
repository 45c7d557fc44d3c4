import { expect, test } from 'vitest'
import { type HeartCount, newHearts } from './heart-count.ts'

/** What rises in all, over counts that come one after the other. */
function rising(...counts: HeartCount[]) {
  const sum = { own: 0, others: 0, due: 0 }
  for (const [i, now] of counts.slice(1).entries()) {
    const { own, others, due } = newHearts(counts[i] as HeartCount, now, sum.due)
    Object.assign(sum, { own: sum.own + own, others: sum.others + others, due })
  }
  return sum
}

const before = { total: 40, drawn: 0, sent: 0 }

test('an own heart rises by the hand, and not again when it is counted', () => {
  const pressed = { total: 40, drawn: 1, sent: 1 }
  const counted = { total: 41, drawn: 1, sent: 1 }
  expect(rising(before, pressed, counted)).toEqual({ own: 1, others: 0, due: 0 })
})

test('hearts of others rise beside it', () => {
  const pressed = { total: 40, drawn: 2, sent: 2 }
  const some = { total: 41, drawn: 2, sent: 2 }
  const all = { total: 45, drawn: 2, sent: 2 }
  expect(rising(before, pressed, some, all)).toEqual({ own: 2, others: 3, due: 0 })
})

test('one that was drawn and not sent hides nobody else’s', () => {
  const pressed = { total: 40, drawn: 3, sent: 1 }
  const counted = { total: 43, drawn: 3, sent: 1 }
  expect(rising(before, pressed, counted)).toEqual({ own: 3, others: 2, due: 0 })
})

test('one that was lost on its way hides nobody else’s', () => {
  const pressed = { total: 40, drawn: 1, sent: 1 }
  const lost = { total: 40, drawn: 1, sent: 0 }
  const others = { total: 42, drawn: 1, sent: 0 }
  expect(rising(before, pressed, lost, others)).toEqual({ own: 1, others: 2, due: 0 })
})
