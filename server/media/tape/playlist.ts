import { limits } from './limits.ts'
import type { Segment } from './segmenter.ts'

const url = {
  init: (section: number) => `init-${section}.mp4`,
  segment: (n: number) => `${n}.m4s`,
  part: (n: number, part: number) => `${n}.${part}.m4s`,
}

export type LiveNow = {
  /** Whole segments, oldest first. */
  segments: readonly Segment[]
  open: Segment | undefined
  /** The segment that comes when none is open. */
  next: number
  /** How many sections ended before the first of these. */
  sectionsBefore: number
  /** The show is over: nothing follows. */
  ended: boolean
}

/**
 * What is on now, for players that can be told of parts before their segment is whole (LL-HLS), and
 * for those that cannot.
 */
export function livePlaylist({ segments, open, next, sectionsBefore, ended }: LiveNow): string {
  const all = open ? [...segments, open] : segments
  const parted = Math.max(0, segments.length - limits.partedSegments)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${limits.targetS}`,
    `#EXT-X-PART-INF:PART-TARGET=${limits.partTargetS}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${limits.partTargetS * 3},HOLD-BACK=${limits.targetS * 3}`,
    `#EXT-X-MEDIA-SEQUENCE:${all[0]?.n ?? next}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${sectionsBefore}`,
  ]
  all.forEach((segment, i) => {
    lines.push(...beginning(segment, all[i - 1]))
    if (i >= parted) lines.push(...segment.parts.map((_, p) => part(segment, p)))
    if (segment !== open) lines.push(...body(segment))
  })
  if (ended) lines.push('#EXT-X-ENDLIST')
  else {
    const hint = open ? url.part(open.n, open.parts.length) : url.part(next, 0)
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hint}"`)
  }
  return `${lines.join('\n')}\n`
}

/** What a kept segment says of itself. */
export type KeptSegment = Pick<Segment, 'n' | 'section' | 'atMs' | 'durationS'>

/** All of a recording, or of a show that another process cuts, as far as it got. */
export function keptPlaylist(segments: readonly KeptSegment[], ended: boolean): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${limits.targetS}`,
    ...(ended ? ['#EXT-X-PLAYLIST-TYPE:VOD'] : []),
    `#EXT-X-MEDIA-SEQUENCE:${ended ? 0 : (segments[0]?.n ?? 0)}`,
    ...(ended ? [] : [`#EXT-X-DISCONTINUITY-SEQUENCE:${segments[0]?.section ?? 0}`]),
    ...segments.flatMap((one, i) => [...beginning(one, segments[i - 1]), ...body(one)]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
  ]
  return `${lines.join('\n')}\n`
}

function beginning({ section, atMs }: KeptSegment, before: KeptSegment | undefined): string[] {
  const isNew = before?.section !== section
  return [
    ...(isNew && before ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(isNew ? [`#EXT-X-MAP:URI="${url.init(section)}"`] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(atMs)).toISOString()}`,
  ]
}

function body({ n, durationS }: KeptSegment): string[] {
  return [`#EXTINF:${durationS.toFixed(5)},`, url.segment(n)]
}

function part({ n, parts }: Segment, index: number): string {
  const { durationS = 0, independent = false } = parts[index] ?? {}
  const attributes = [
    `DURATION=${durationS.toFixed(5)}`,
    `URI="${url.part(n, index)}"`,
    ...(independent ? ['INDEPENDENT=YES'] : []),
  ]
  return `#EXT-X-PART:${attributes.join(',')}`
}

export type FileName =
  | { kind: 'init'; section: number }
  | { kind: 'segment'; n: number }
  | { kind: 'part'; n: number; part: number }

/** What a player asks for by one of the names above. */
export function readName(name: string): FileName | undefined {
  const init = /^init-(\d{1,9})\.mp4$/.exec(name)
  if (init) return { kind: 'init', section: Number(init[1]) }
  const file = /^(\d{1,9})(?:\.(\d{1,4}))?\.m4s$/.exec(name)
  if (!file) return undefined
  const n = Number(file[1])
  return file[2] === undefined ? { kind: 'segment', n } : { kind: 'part', n, part: Number(file[2]) }
}
