import { boxesIn, find, the } from './boxes.ts'
import { parametersIn } from './h264.ts'

/** What must be known of the track that the cutting follows. */
export type Followed = { trackId: number; timescale: number }

export type Fragment = {
  bytes: Buffer
  /** On the video's own clock, seconds since the take began. */
  startS: number
  endS: number
  /** It begins with a key frame: a player can begin here. */
  independent: boolean
  /** Parameter sets that its first frame brings along: what a decoder must know from here on. */
  parameters: Buffer[]
}

/** The video track of what `ftyp` and `moov` describe. */
export function readInit(init: Buffer): Followed {
  const moov = the(find(init, 'moov'), 'moov')
  for (const trak of find(init, 'trak', moov.body, moov.end)) {
    const hdlr = the(find(init, 'mdia/hdlr', trak.body, trak.end), 'hdlr')
    if (init.toString('latin1', hdlr.body + 8, hdlr.body + 12) !== 'vide') continue
    const tkhd = the(find(init, 'tkhd', trak.body, trak.end), 'tkhd')
    const mdhd = the(find(init, 'mdia/mdhd', trak.body, trak.end), 'mdhd')
    return {
      trackId: init.readUInt32BE(tkhd.body + (init[tkhd.body] === 1 ? 20 : 12)),
      timescale: init.readUInt32BE(mdhd.body + (init[mdhd.body] === 1 ? 20 : 12)),
    }
  }
  throw new Error('there is no video track')
}

/** A `moof` and its `mdat`. Undefined: it has nothing of the video. */
export function readFragment(
  bytes: Buffer,
  { trackId, timescale }: Followed,
): Fragment | undefined {
  const moof = the(find(bytes, 'moof'), 'moof')
  for (const traf of find(bytes, 'traf', moof.body, moof.end)) {
    const head = readTrackHead(bytes, the(find(bytes, 'tfhd', traf.body, traf.end), 'tfhd').body)
    if (head.trackId !== trackId) continue
    const start = readDecodeTime(bytes, the(find(bytes, 'tfdt', traf.body, traf.end), 'tfdt').body)
    const runs = [...boxesIn(bytes, traf.body, traf.end)].filter(({ type }) => type === 'trun')
    const samples = runs.flatMap(({ body }) => readRun(bytes, body, head))
    const [first] = samples
    if (!first) return undefined
    const ticks = samples.reduce((sum, { duration }) => sum + duration, 0)
    const independent = !(first.flags & notSync)
    return {
      bytes,
      startS: start / timescale,
      endS: (start + ticks) / timescale,
      independent,
      parameters: independent ? parametersIn(bytes, first) : [],
    }
  }
  return undefined
}

/** sample_is_non_sync_sample of ISO 14496-12, 8.8.3.1. */
const notSync = 0x10000

type TrackHead = { trackId: number; duration: number; size: number; flags: number }
type Sample = { at: number; size: number; duration: number; flags: number }

function readTrackHead(bytes: Buffer, body: number): TrackHead {
  const has = bytes.readUInt32BE(body) & 0xffffff
  let at = body + 8
  const next = (bit: number, width = 4) => {
    if (!(has & bit)) return 0
    at += width
    return width === 4 ? bytes.readUInt32BE(at - 4) : 0
  }
  next(0x1, 8) // base data offset: we ask for default-base-is-moof
  next(0x2)
  return {
    trackId: bytes.readUInt32BE(body + 4),
    duration: next(0x8),
    size: next(0x10),
    flags: next(0x20),
  }
}

function readDecodeTime(bytes: Buffer, body: number): number {
  return bytes[body] === 1 ? Number(bytes.readBigUInt64BE(body + 4)) : bytes.readUInt32BE(body + 4)
}

/** Offsets count from the `moof`, which is where these bytes begin. */
function readRun(bytes: Buffer, body: number, head: TrackHead): Sample[] {
  const has = bytes.readUInt32BE(body) & 0xffffff
  const count = bytes.readUInt32BE(body + 4)
  let at = body + 8
  const next = (bit: number, otherwise: number) => {
    if (!(has & bit)) return otherwise
    at += 4
    return bytes.readUInt32BE(at - 4)
  }
  let data = next(0x1, 0)
  const firstFlags = next(0x4, head.flags)
  return Array.from({ length: count }, (_, i) => {
    const sample = {
      at: data,
      duration: next(0x100, head.duration),
      size: next(0x200, head.size),
      flags: next(0x400, i === 0 ? firstFlags : head.flags),
    }
    next(0x800, 0)
    data += sample.size
    return sample
  })
}
