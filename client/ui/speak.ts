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
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => written(params[name]))
}

function written(value: string | number | undefined): string {
  return typeof value === 'number' ? value.toLocaleString(locale) : (value ?? '')
}
