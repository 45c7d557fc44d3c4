import type { Room } from '../api/room.ts'
import { saveFile } from '../ui/save.ts'

/** A show is planned without an end; an hour keeps the evening free. */
const plannedMs = 3_600_000

/** Hands the show to the reader's calendar as a file (RFC 5545). */
export function saveCalendar(show: Pick<Room['show'], 'id' | 'title' | 'startsAt' | 'host'>): void {
  if (show.startsAt === null) return
  const url = new URL(`/s/${show.id}`, location.href).href
  const file = calendarFile({ ...show, startsAt: show.startsAt }, url)
  saveFile('show.ics', 'text/calendar', file)
}

type Planned = { id: string; title: string; startsAt: string; host: { displayName: string } }

function calendarFile(show: Planned, url: string): string {
  const start = Date.parse(show.startsAt)
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vitrine//Show//EN',
    'BEGIN:VEVENT',
    `UID:${show.id}@vitrine`,
    `DTSTAMP:${stamp(start)}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + plannedMs)}`,
    `SUMMARY:${escaped(`${show.title} · ${show.host.displayName}`)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
}
