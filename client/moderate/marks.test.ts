import { expect, test } from 'vitest'
import { markedParts } from './marks.ts'

test('the words that made a message wait are apart from the rest, in any case', () => {
  expect(markedParts('see Example.org/glaze, or example.org', ['example.org'])).toEqual([
    { text: 'see ', marked: false },
    { text: 'Example.org', marked: true },
    { text: '/glaze, or ', marked: false },
    { text: 'example.org', marked: true },
  ])
})

test('signs of a pattern in a word are just signs', () => {
  expect(markedParts('call +351 (555)', ['+351 (555)'])).toEqual([
    { text: 'call ', marked: false },
    { text: '+351 (555)', marked: true },
  ])
})

test('without words to mark the text stays whole', () => {
  expect(markedParts('hello', [''])).toEqual([{ text: 'hello', marked: false }])
})
