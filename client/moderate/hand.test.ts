import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import type { ChatMessage } from '../api/room.ts'
import { openHand } from './hand.ts'

function message(seq: number): ChatMessage {
  const at = '2026-11-22T20:00:00.000Z'
  return {
    seq,
    messageId: `m${seq}`,
    at,
    accountId: 'a',
    displayName: 'Noor',
    role: 'viewer',
    text: 'hi',
  }
}

function desk() {
  const said = signal([1, 2, 3].map(message))
  const hand = openHand(said)
  const say = (seq: number) => (said.value = [...said.value, message(seq)])
  return { hand, say, seen: () => hand.shown.value.map(({ seq }) => seq) }
}

test('the list stands still while a message is in hand, and counts what came', () => {
  const { hand, say, seen } = desk()
  hand.take('m2')
  say(4)
  say(5)
  expect(seen()).toEqual([1, 2, 3])
  expect(hand.waiting.value).toBe(2)
  hand.letGo()
  expect(seen()).toEqual([1, 2, 3, 4, 5])
  expect(hand.messageId.value).toBeNull()
})

test('it goes on only when neither hand, pointer nor scroll hold it', () => {
  const { hand, say, seen } = desk()
  hand.hold('pointer', true)
  hand.hold('scroll', true)
  say(4)
  hand.hold('pointer', false)
  expect(seen()).toEqual([1, 2, 3])
  hand.hold('scroll', false)
  expect(seen()).toEqual([1, 2, 3, 4])
})

test('without anything in hand an arrow takes the newest, and the ends are ends', () => {
  const { hand } = desk()
  expect(hand.move(-1)?.seq).toBe(3)
  expect(hand.move(-1)?.seq).toBe(2)
  expect(hand.move(-1)?.seq).toBe(1)
  expect(hand.move(-1)?.seq).toBe(1)
  expect(hand.move(1)?.seq).toBe(2)
})
