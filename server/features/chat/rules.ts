import { chatBytesMax, chatGraphemesMax } from '../../../shared/limits.ts'

/** Marks on one letter: Thai, Hebrew and pointed Arabic need up to four; a tower of them hides its neighbours. */
const marksPerLetterMax = 4
/** Accents on one letter that Unicode has no single character for: a few languages and phonetics. */
const accentsPerLetterMax = 2
/** Accents that stand apart in one message, once everything that can be one character is. */
const looseAccentsMax = 40

export type Cleaned = { text: string } | { problem: string }

/**
 * What somebody typed, as everybody may see it: one line, nothing hidden, nothing that turns the
 * reading direction of its neighbours or grows out of its row. It stays text: `<b>` is three letters.
 */
export function clean(raw: string): Cleaned {
  const bytes = Buffer.byteLength(raw)
  if (bytes > chatBytesMax) {
    return { problem: `Your message is ${bytes} bytes; ${chatBytesMax} fit.` }
  }
  const text = oneLine(withoutLooseAccents(withoutHidden(withoutTowers(raw))))
  if (!seen.test(text)) return { problem: 'There is nothing in your message.' }
  // None is shorter than a code unit: what fits by these need not be taken apart, which costs as much as all else here.
  const length = text.length > chatGraphemesMax ? graphemes(text) : text.length
  if (length > chatGraphemesMax) {
    return { problem: `Your message is ${length} characters; ${chatGraphemesMax} fit.` }
  }
  return { text }
}

const seen = /[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

function graphemes(text: string): number {
  return [...segmenter.segment(text)].length
}

/**
 * Zero-width and tag characters, bidirectional marks and overrides, fillers that look like a space,
 * controls. Joiners and the emoji style are judged by their neighbours, below.
 */
const hidden =
  /[[\p{DI}\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2800\uFFF9-\uFFFB]--[\t\n\r\u200C\u200D\uFE0F\u180B-\u180D\u180F]]/gv
const joiner = /[\u200C\u200D\uFE0F]/
const keycap = /^[0-9#*]$/
const emoji = /^\p{Extended_Pictographic}$/u
const emojiEnd = /^[\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}]$/u
/** Scripts that write one word differently with and without a joiner. */
const joining =
  /^[[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]$/v

function withoutHidden(text: string): string {
  const bare = text.replace(hidden, '')
  if (!joiner.test(bare)) return bare
  let kept = ''
  for (const { character, after } of pairs(bare)) {
    if (!joiner.test(character) || mayStand(character, lastOf(kept), after)) kept += character
  }
  return kept
}

function* pairs(text: string): Generator<{ character: string; after: string }> {
  let character = ''
  for (const after of text) {
    if (character) yield { character, after }
    character = after
  }
  if (character) yield { character, after: '' }
}

function mayStand(joiner: string, before: string, after: string): boolean {
  if (joiner === '\uFE0F') return emoji.test(before) || (keycap.test(before) && after === '\u20E3')
  if (joiner === '\u200D' && emojiEnd.test(before) && emoji.test(after)) return true
  return joining.test(before) && joining.test(after)
}

function lastOf(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  const isLow = last >= 0xdc00 && last <= 0xdfff
  return text.slice(isLow ? -2 : -1)
}

const mark = /\p{M}/u
const accent = /[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20DF\u20E1\uFE20-\uFE2F]/u

/**
 * Marks beyond what a letter can carry are dropped. Towers first, then NFC: normalising a run of
 * thousands of marks sorts it, and that takes the square of its length.
 */
function withoutTowers(text: string): string {
  return keepMarks(text, mark, marksPerLetterMax, Number.POSITIVE_INFINITY)
}

function withoutLooseAccents(text: string): string {
  return keepMarks(text.normalize('NFC'), accent, accentsPerLetterMax, looseAccentsMax)
}

function keepMarks(text: string, kind: RegExp, perLetter: number, inAll: number): string {
  if (!kind.test(text)) return text
  let kept = ''
  let onLetter = 0
  let all = 0
  for (const character of text) {
    const counts = kind.test(character)
    onLetter = counts ? onLetter + 1 : mark.test(character) ? onLetter : 0
    if (counts) all += 1
    if (!counts || (onLetter <= perLetter && all <= inAll)) kept += character
  }
  return kept
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
