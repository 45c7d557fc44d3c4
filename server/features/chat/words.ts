import {
  englishDataset,
  englishRecommendedBlacklistMatcherTransformers,
  englishRecommendedTransformers,
  type MatchPayload,
  RegExpMatcher,
  type RegExpMatcherOptions,
  skipNonAlphabeticTransformer,
} from 'obscenity'

/** A word of a show's own list. */
export type OwnWord = { text: string; action: 'hold' | 'refuse' }

const terms = englishDataset.build()
/** What shops sell and hosts say. */
terms.whitelistedTerms?.push('shiitake', 'cockpit', 'dickies', 'moby dick', 'pussy willow')
const asWritten = matcherOf({ ...terms, ...englishRecommendedTransformers })
const asSpelt = matcherOf({
  ...terms,
  ...englishRecommendedTransformers,
  blacklistMatcherTransformers: [
    ...englishRecommendedBlacklistMatcherTransformers,
    skipNonAlphabeticTransformer(),
  ],
})

/** What the library keeps of its settings. Pinned by the version. */
type Insides = {
  blacklistedTerms: { regExp: RegExp }[]
  blacklistMatcherTransformers: object
  applyTransformers(text: string, transformers: object): [number[], string]
}

/**
 * The library makes each of its hundred expressions anew for each message. Most messages have none of the
 * words, which one expression of all finds out for a fifth of that.
 */
function matcherOf(options: RegExpMatcherOptions): (text: string) => MatchPayload[] {
  const matcher = new RegExpMatcher(options)
  const insides = matcher as unknown as Insides
  const any = new RegExp(insides.blacklistedTerms.map(({ regExp }) => regExp.source).join('|'), 's')
  return (text) => {
    const [, folded] = insides.applyTransformers(text, insides.blacklistMatcherTransformers)
    return any.test(folded) ? matcher.getAllMatches(text, true) : []
  }
}

/** Longer things with digits in them are order numbers and ids, not words in disguise. */
const disguiseMax = 15
/** A word cut into letters, with what stands between them. */
const spelledMax = 30

/** Words that many find rude. "455", "A55" and "fa6e" are sizes, telephones and ids, not words. */
export function rudeWords(text: string): string[] {
  const written = asWritten(text)
    .filter((m) => isWord(text, m.startIndex, m.endIndex + 1))
    .map((m) => text.slice(m.startIndex, m.endIndex + 1))
  const spelt = spelled(text)
    .filter(({ slice, letters }) => {
      if (slice.length > spelledMax || /\p{N}/u.test(slice)) return false
      const matches = asSpelt(slice)
      // Inside a word with a stop or hyphen only its start counts: "class-hit" is no insult.
      return matches.some((m) => letters || m.startIndex === 0)
    })
    .map(({ slice }) => slice)
  return [...new Set([...written, ...spelt])]
}

/** Letters only, or letters enough that a few digits and signs are a disguise: "sh1t". */
function isWord(text: string, from: number, to: number): boolean {
  const start = text.lastIndexOf(' ', from) + 1
  const end = text.indexOf(' ', to)
  const around = text.slice(start, end === -1 ? undefined : end)
  if (around.length > disguiseMax && /\p{N}/u.test(around)) return false
  const found = text.slice(from, to)
  const letters = found.match(/\p{L}/gu)?.length ?? 0
  return letters === [...found].length || (letters >= 2 && found.length >= 4)
}

/** The words of the show's own list that a message has, strictest first. */
export function ownWords(text: string, words: readonly OwnWord[]): OwnWord[] {
  if (words.length === 0) return []
  const message = fold(text)
  const said = ` ${tokensOf(message).map(loosened).join(' ')} `
  const saidShort = ` ${tokensOf(message).map(shortened).join(' ')} `
  const joined = new Set(
    spelled(text).map(({ slice }) => loosened(fold(slice).replace(/[^\p{L}\p{N}]/gu, ''))),
  )
  const found = words.filter((word) => {
    const wanted = fold(word.text)
    const tokens = tokensOf(wanted)
    if (tokens.length === 0 || unspaced.test(wanted)) return message.includes(wanted)
    const phrase = tokens.map(leet).join(' ')
    return said.includes(` ${phrase} `) || saidShort.includes(` ${phrase} `) || joined.has(phrase)
  })
  return found.sort((a, b) => Number(b.action === 'refuse') - Number(a.action === 'refuse'))
}

/** Scripts that write without spaces: there a word is wherever its characters are. */
const unspaced =
  /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/g, '')
    .normalize('NFKC')
    .toLowerCase()
}

function tokensOf(folded: string): string[] {
  return folded.match(/[\p{L}\p{M}\p{N}@$]+/gu) ?? []
}

const leetLetters: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

/** "sc4m" is "scam", but "45" stays a number. */
function leet(token: string): string {
  if (!/\p{L}/u.test(token)) return token
  return token.replace(/[013457@$]/g, (c) => leetLetters[c] ?? c)
}

/** "scaaaam" and "goooood": a run of three or more is one or two of the letter. */
const loosened = (token: string) => leet(token).replace(/(.)\1{2,}/gu, '$1')
const shortened = (token: string) => leet(token).replace(/(.)\1{2,}/gu, '$1$1')

type Spelled = { slice: string; letters: boolean }

/** Places where letters stand apart ("f u c k") or a word is cut by stops ("f.uck"). */
function spelled(text: string): Spelled[] {
  const parts = [...text.matchAll(/[\p{L}\p{N}@$]+/gu)]
  const found: Spelled[] = []
  let from = 0
  for (let i = 1; i <= parts.length; i += 1) {
    if (i < parts.length && belong(text, parts, i)) continue
    if (i - from >= 2) found.push(sliceOf(text, parts, from, i - 1))
    from = i
  }
  return found
}

type Part = RegExpExecArray

/** Single letters belong together over one to three other characters; pieces of a word over one stop. */
function belong(text: string, parts: Part[], i: number): boolean {
  const left = parts[i - 1] as Part
  const right = parts[i] as Part
  const gap = text.slice(left.index + left[0].length, right.index)
  if ([...left[0]].length === 1 && [...right[0]].length === 1) return gap.length <= 3
  return gap.length <= 2 && !/\s/.test(gap)
}

function sliceOf(text: string, parts: Part[], from: number, to: number): Spelled {
  const first = parts[from] as Part
  const last = parts[to] as Part
  const slice = text.slice(first.index, last.index + last[0].length)
  const letters = parts.slice(from, to + 1).every((part) => [...part[0]].length === 1)
  return { slice, letters }
}
