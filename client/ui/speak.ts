import { locale } from './money.ts'

/** A sentence, or its forms by number. `**strong**` marks what happened; `{name}` is filled in. */
export type Sentence = string | { one: string; other: string }
export type Params = Record<string, string | number>

const plural = new Intl.PluralRules('en')

/**
 * Makes a room's `t(key, params)` from its table. One table a room, so that a viewer never loads
 * the studio's words; another language is another table of the same keys.
 */
export function speaker<const T extends Record<string, Sentence>>(table: T) {
  return (key: keyof T & string, params: Params = {}): string =>
    fill(pick(table[key], params), params)
}

function pick(sentence: Sentence | undefined, params: Params): string {
  if (sentence === undefined) return ''
  if (typeof sentence === 'string') return sentence
  return plural.select(Number(params['n'] ?? 0)) === 'one' ? sentence.one : sentence.other
}

function fill(sentence: string, params: Params): string {
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => written(params[name], sentence))
}

/** Hebrew, Arabic and their neighbours: read from right to left. */
const leftward = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** What is read the other way than its sentence is kept apart from it (FSI … PDI), and turns nothing around itself. */
function written(value: string | number | undefined, sentence: string): string {
  if (typeof value === 'number') return value.toLocaleString(locale)
  if (value === undefined || leftward.test(value) === leftward.test(sentence)) return value ?? ''
  return `\u2068${value}\u2069`
}
