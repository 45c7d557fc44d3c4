import { locale } from './money.ts'

const two = new Intl.NumberFormat('en', { minimumIntegerDigits: 2, useGrouping: false })

/** `2:47`, from an hour `1:02:47`. */
export function countdown(seconds: number): string {
  const rest = Math.max(0, Math.ceil(seconds))
  const h = Math.floor(rest / 3600)
  const m = Math.floor((rest % 3600) / 60)
  const s = two.format(rest % 60)
  return h > 0 ? `${h}:${two.format(m)}:${s}` : `${m}:${s}`
}

const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
const exact = new Intl.DateTimeFormat(locale, {
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
})
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' })
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
const near = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const dayMs = 86_400_000

type When = string | number

function ms(when: When): number {
  return typeof when === 'number' ? when : Date.parse(when)
}

/** A promise is a clock time: `20:11`. */
export function at(when: When): string {
  return clock.format(ms(when))
}

/** `20:07:26` */
export function atSecond(when: When): string {
  return exact.format(ms(when))
}

/** `11 October 2026` */
export function onDay(when: When): string {
  return day.format(ms(when))
}

/** `November 2026`, of `2026-11`. */
export function inMonth(yearMonth: string): string {
  return month.format(ms(`${yearMonth}-15T12:00Z`))
}

/** Days between two instants on the reader's own calendar. */
function daysBetween(from: number, to: number): number {
  const midnight = (value: number) => new Date(value).setHours(0, 0, 0, 0)
  return Math.round((midnight(to) - midnight(from)) / dayMs)
}

/** `today`, `tomorrow`, `Tue`, `11 Oct`. */
export function dayName(when: When, now: number): string {
  const days = daysBetween(now, ms(when))
  if (days >= -1 && days <= 1) return capital(near.format(days, 'day'))
  return days > 0 && days < 7 ? weekday.format(ms(when)) : shortDay.format(ms(when))
}

/** `in 14 min`, `in 2 hr`, for what is near. */
export function fromNow(when: When, now: number): string {
  const minutes = Math.max(1, Math.round((ms(when) - now) / 60_000))
  const soon = new Intl.RelativeTimeFormat(locale, { style: 'short' })
  if (minutes < 90) return soon.format(minutes, 'minute')
  if (minutes < 2880) return soon.format(Math.round(minutes / 60), 'hour')
  return soon.format(Math.round(minutes / 1440), 'day')
}

const figures = new Intl.NumberFormat(locale)
/** The signs of the units are the same in every language, and have no plural. */
const inUnit = (n: number, sign: 'h' | 'min' | 's') => `${figures.format(n)} ${sign}`

/** From here on nobody counts the seconds. */
const exactUnderMinutes = 10

/** `1 h 4 min`, `1 min 52 s`, `18 s`: how long something took. */
export function span(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000))
  const h = Math.floor(seconds / 3600)
  const m = Math.floor((seconds % 3600) / 60)
  const s = h === 0 && m < exactUnderMinutes ? seconds % 60 : 0
  const parts = [h > 0 && inUnit(h, 'h'), m > 0 && inUnit(m, 'min'), s > 0 && inUnit(s, 's')]
  return parts.filter((part) => part !== false).join(' ')
}

/** The reader's own zone, as a city: `Berlin`. */
export function zoneCity(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
