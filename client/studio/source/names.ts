import { locale } from '../../ui/money.ts'

const lists = new Intl.ListFormat(locale, { type: 'conjunction' })

/** `Ines and Paulo` */
export function listOf(names: string[]): string {
  return lists.format(names)
}
