import { expect, test } from 'vitest'
import { fc } from '../../../test/support/random.ts'
import { judge } from './judge.ts'
import { findContact } from './links.ts'
import { clean } from './rules.ts'
import { ownWords, rudeWords } from './words.ts'

test.each([
  'https://evil.example/x',
  'HTTP://1.2.3.4/',
  'see www.shop-here.anything',
  'javascript:alert(1)',
  'go to cheap-bowls.com now',
  'bit.ly/3xYz',
  't.me/marta',
  'example(dot)com',
  'example [.] com',
  'example dot com',
  'example .com',
  'ｅｘａｍｐｌｅ．ｃｏｍ',
  'mail me: someone@example.org',
])('%s is a link', (text) => {
  expect(findContact(text)?.kind).toBe('link')
})

test.each(['call +47 900 12 345', '0049 (171) 123-4567', '4242 4242 4242 4242'])(
  '%s is a number to call or charge',
  (text) => {
    expect(findContact(text)?.kind).toBe('contact')
  },
)

test.each([
  'nice.I take it',
  'wow...so good',
  '3.5kg for 12.50, 2.000 pieces',
  'e.g. the blue one, size 10.5',
  'is it 1,284.00 or 1.284,00?',
  'Dr. Me. and Mr.to',
  'order 12345678',
  'message 1763806543123 of 1763806543999',
  'id 019aab12-0000-7000-8000-000000123456',
  'fa6e1234-f46a-4f46-8fa6-b00b5a55b00b',
  '1 2 3 4 5 6 7 8 9 10 11 12',
  'what time is it: 20:00 or 8.30?',
  'bowl. Net weight is 2 kg',
])('%s is no link', (text) => {
  expect(findContact(text)).toBeUndefined()
})

test.each([
  'fuck',
  'FUUUCK this',
  'f.u.c.k',
  'f u c k',
  'fu.ck you',
  'sh1t',
  's-h-i-t',
  'ｆｕｃｋ',
  'f*ck',
])('%s is rude', (text) => {
  expect(rudeWords(text)).not.toEqual([])
})

test.each([
  'Scunthorpe',
  'a class assessment of glass assets',
  'push it to the left',
  'class-hit and bass.hits',
  'it costs 455 or 4.55, A55 or S 55',
  'shiitake bowl, cocktail, Dickens, Sussex, Essex',
  'I s m l xl',
  'id fa6e1234-f46a-4f46-8fa6-b00b5a55b00b',
  'x-fa6-1 F46',
])('%s is not rude', (text) => {
  expect(rudeWords(text)).toEqual([])
})

const words = [
  { text: 'scam', action: 'hold' },
  { text: 'fake goods', action: 'refuse' },
  { text: '偽物', action: 'hold' },
  { text: 'Façade', action: 'hold' },
  { text: '🍆', action: 'refuse' },
  { text: 'good', action: 'hold' },
] as const

test.each([
  ['a SCAM!', 'scam'],
  ['sc4m', 'scam'],
  ['scaaaam', 'scam'],
  ['s c a m', 'scam'],
  ['s.c.a.m', 'scam'],
  ['these are fake, goods', 'fake goods'],
  ['これは偽物です', '偽物'],
  ['FACADE', 'Façade'],
  ['want 🍆?', '🍆'],
  ['goooooood', 'good'],
])('%s has the word of the show %s', (text, word) => {
  expect(ownWords(text, words).map((w) => w.text)).toContain(word)
})

test.each(['scamper', 'god', 'fake news, real goods', 'fakegoods'])(
  '%s has none of its words',
  (text) => {
    expect(ownWords(text, words)).toEqual([])
  },
)

test('a refused word beats a held one, and the reason says why', () => {
  expect(judge('good fake goods', words)).toEqual({ action: 'refuse', word: 'fake goods' })
  expect(judge('good', words)).toEqual({ action: 'hold', reason: 'show-word', marks: ['good'] })
  expect(judge('look at x.com', words)).toEqual({
    action: 'hold',
    reason: 'link',
    marks: ['x.com'],
  })
  expect(judge('what the fuck', [])).toEqual({ action: 'hold', reason: 'word', marks: ['fuck'] })
  expect(judge('How much is shipping to Norway?', words)).toEqual({ action: 'say' })
})

const long = 50_000
const adversarial = [
  `${'a'.repeat(long)}!`,
  `http://${'.'.repeat(long)}`,
  '@'.repeat(long),
  'a.'.repeat(long / 2),
  'a '.repeat(long / 2),
  '1 '.repeat(long / 2),
  ' .'.repeat(long / 2),
  '('.repeat(long),
  ' dot '.repeat(long / 5),
  '\u0301\u0323'.repeat(long / 2),
  '\u200D'.repeat(long),
  '👩\u200D'.repeat(long / 3),
  'fu.ck'.repeat(long / 5),
]

test.each(adversarial)('long input is judged quickly: %#', (text) => {
  const before = performance.now()
  clean(text)
  judge(text, words)
  // Measured at under 5 ms; a pattern that goes back over its input takes seconds.
  expect(performance.now() - before).toBeLessThan(200)
})

test('no text breaks the filters, and marks are places in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (raw) => {
      const verdict = judge(raw, words)
      expect(['say', 'hold', 'refuse']).toContain(verdict.action)
      for (const found of rudeWords(raw)) expect(raw).toContain(found)
    }),
    { numRuns: 1_000 },
  )
})
