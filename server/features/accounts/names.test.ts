import { expect, test } from 'vitest'
import { displayName } from './names.ts'

test.each([
  ['Aylin Çelik', 'Aylin Çelik'],
  ['  Łukasz   W. ', 'Łukasz W.'],
  ['Дмитрий', 'Дмитрий'],
  ['田中さん', '田中さん'],
  ['نور', 'نور'],
  ['kiki.makes', 'kiki.makes'],
  ['Ngọc', 'Ngọc'],
  ['Zoë 2', 'Zoë 2'],
])('%j is a name', (given, shown) => {
  expect(displayName(given)).toBe(shown)
})

test.each([
  ['a Cyrillic а in a Latin name', '\u0430dmin'],
  ['full-width letters', 'Ａｄｍｉｎ'],
  ['a ligature', 'ﬁona'],
  ['a zero-width space', 'Admin\u200b'],
  ['a right-to-left override', 'evil\u202Eeman'],
  ['a soft hyphen', 'Mar\u00adta'],
  ['a Hangul filler', '\u3164'],
  ['a pile of marks', `Z${'\u0301'.repeat(8)}`],
  ['only white space', '   '],
  ['only punctuation', '...'],
  ['the house', 'V1trine'],
  ['an admin', 'A D M I N'],
])('%s is refused at its field', (_what, given) => {
  expect(() => displayName(given)).toThrow(
    expect.objectContaining({
      code: 'VALIDATION',
      errors: [expect.objectContaining({ pointer: '/displayName' })],
    }),
  )
})
