import { expect, test } from 'vitest'
import { chatGraphemesMax } from '../../../shared/limits.ts'
import { fc } from '../../../test/support/random.ts'
import { clean } from './rules.ts'

const said = (raw: string) => {
  const cleaned = clean(raw)
  return 'text' in cleaned ? cleaned.text : cleaned.problem
}

test.each([
  ['a plain message stays as it is', 'How tall is the bowl?', 'How tall is the bowl?'],
  [
    'markup is text',
    '<img src=x onerror=alert(1)> &lt;b&gt;',
    '<img src=x onerror=alert(1)> &lt;b&gt;',
  ],
  ['white space is one space', '  so\n\n\tmuch \u00A0\u3000 room ', 'so much room'],
  ['bidi overrides go', 'pay \u202Eevil\u202C \u2066now\u2069', 'pay evil now'],
  ['zero-width characters go', 'fr\u200Bee\uFEFF \u200Fsh\u2060ip\u00ADping', 'free shipping'],
  ['tag characters go', 'hi\u{E0041}\u{E007F}', 'hi'],
  ['C1 controls go', 'a\u0085b\u009Fc', 'abc'],
  ['a family stays a family', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['a heart stays red, a keycap a key', '❤️ 1️⃣ 🏃🏽‍♀️', '❤️ 1️⃣ 🏃🏽‍♀️'],
  ['a joiner between letters goes', 'ad\u200Dmin 1\uFE0F', 'admin 1'],
  ['Persian keeps its non-joiner', 'می\u200Cخواهم', 'می\u200Cخواهم'],
  ['Sinhala keeps its joiner', 'ශ්\u200Dරී', 'ශ්\u200Dරී'],
  ['Vietnamese in pieces becomes whole', 'Tie\u0302\u0301ng Vie\u0323\u0302t', 'Tiếng Việt'],
  ['Thai keeps its marks', 'กี่บาทครับ น้ำ', 'กี่บาทครับ น้ำ'],
  ['Hindi keeps its marks', 'नमस्ते, कितने का है?', 'नमस्ते, कितने का है?'],
])('%s', (_, raw, expected) => {
  expect(said(raw)).toBe(expected)
})

test('a tower of marks is cut to what a letter can carry', () => {
  const marks = (text: string) => text.match(/\p{M}/gu)?.length ?? 0
  expect(marks(said(`Z${'\u0335\u0321'.repeat(100)}`))).toBeLessThanOrEqual(2)
  expect(marks(said('a\u0333'.repeat(150)))).toBeLessThanOrEqual(40)
})

test('what is empty once cleaned is no message', () => {
  for (const raw of ['   ', '\u200B\u200D\u2066', '\u3164\u2800', '\u0301\u0302', '\n\t']) {
    expect(clean(raw)).toHaveProperty('problem')
  }
})

test('people count characters, memory counts bytes', () => {
  expect(said('ö'.repeat(chatGraphemesMax))).toHaveLength(chatGraphemesMax)
  expect(said('ö'.repeat(chatGraphemesMax + 1))).toBe('Your message is 301 characters; 300 fit.')
  expect(said('👍'.repeat(250))).toHaveLength(500)
  expect(said('👍'.repeat(251))).toBe('Your message is 1004 bytes; 1000 fit.')
  expect(said('👨‍👩‍👧‍👦'.repeat(500))).toMatch(/bytes/)
})

const anything = fc.string({ unit: 'binary', maxLength: 400 })
const nasty = fc.string({
  unit: fc.constantFrom(
    ...['\u202E', '\u2066', '\u200B', '\u200C', '\u200D', '\uFE0F', '\u0301', '\u0489', '\u20E3'],
    ...['a', '1', ' ', '\n', '❤', '👩', '🏽', 'م', 'ක', '\u0DCA', '\u{E0061}', '\uDBFF', '\uDC00'],
  ),
  maxLength: 300,
})

test('whatever is typed, nothing hidden comes out', () => {
  fc.assert(
    fc.property(fc.oneof(anything, nasty), (raw) => {
      const cleaned = clean(raw)
      if ('problem' in cleaned) return
      const { text } = cleaned
      expect(text).not.toMatch(
        /[\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\uFEFF\u{E0000}-\u{E0FFF}]/u,
      )
      expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      expect(text).toBe(text.trim())
      expect(Buffer.byteLength(text)).toBeGreaterThan(0)
    }),
    { numRuns: 2_000 },
  )
})
