import type { Appended } from '../events/log.ts'
import { asSeenBy } from '../events/read.ts'
import { encodeText, type Frame } from './frame.ts'

/** One frame at most: with lagBytes it bounds what waits for one viewer below 256 KB. */
const frameBytes = 64 * 1024

/** Events of one frame for each audience; the same frame for both where staff see nothing else. */
export type Parcel = { from: number; to: number; people: Frame; staff: Frame }

/** In frames of a bounded size, so that what may wait in one viewer's socket is bounded too. */
export function* parcelsOf(showId: string, events: Appended[]): Generator<Parcel> {
  let texts: { seq: number; people: string; staff: string }[] = []
  let bytes = 0
  for (const event of events) {
    const people = JSON.stringify(asSeenBy(event, false))
    const staff = event.staff === null ? people : JSON.stringify(asSeenBy(event, true))
    const longer = Math.max(Buffer.byteLength(people), Buffer.byteLength(staff))
    if (bytes > 0 && bytes + longer > frameBytes) {
      yield parcelOf(showId, texts)
      texts = []
      bytes = 0
    }
    texts.push({ seq: event.seq, people, staff })
    bytes += longer
  }
  if (texts.length > 0) yield parcelOf(showId, texts)
}

function parcelOf(showId: string, texts: { seq: number; people: string; staff: string }[]): Parcel {
  const from = texts[0]?.seq ?? 0
  const to = texts.at(-1)?.seq ?? 0
  const frame = (events: string[]) =>
    encodeText(
      `["show:events",{"showId":"${showId}","from":${from},"to":${to},"events":[${events.join(',')}]}]`,
    )
  const people = frame(texts.map((t) => t.people))
  const same = texts.every((t) => t.people === t.staff)
  return { from, to, people, staff: same ? people : frame(texts.map((t) => t.staff)) }
}
