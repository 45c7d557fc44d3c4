import { locale } from '../ui/money.ts'

/** A desk's own clock: every row as wide as the next, whatever the hour. */
const exact = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const short = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** `20:07:26` */
export function secondOf(instant: string): string {
  return exact.format(Date.parse(instant))
}

/** `20:07` */
export function minuteOf(instant: string): string {
  return short.format(Date.parse(instant))
}
