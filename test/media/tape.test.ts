import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../server/base/log.ts'
import { missingProgram } from '../../server/media/tape/program.ts'
import type { Section, Segment } from '../../server/media/tape/segmenter.ts'
import { drawStill } from '../../server/media/tape/still.ts'
import { Tape } from '../../server/media/tape/tape.ts'
import { type DrawnHost, drawnHost, probe } from './drawn-host.ts'

let host: DrawnHost
let tape: Tape
let kept: { sections: Section[]; segments: Segment[] }
const dir = mkdtempSync(join(tmpdir(), 'vitrine-tape-'))

beforeAll(async () => {
  host = await drawnHost()
})
afterEach(() => tape.close())
afterAll(() => {
  host.close()
  rmSync(dir, { recursive: true })
})

function record(given: Partial<ConstructorParameters<typeof Tape>[0]> = {}) {
  kept = { sections: [], segments: [] }
  tape = new Tape({
    streamId: 'show',
    source: sourceOf(host),
    program: 'ffmpeg',
    missing: async () => undefined,
    first: 7,
    section: (section) => kept.sections.push(section),
    segment: (segment) => kept.segments.push(segment),
    now: Date.now,
    log: createLog('silent'),
    ...given,
  })
}

const sourceOf =
  ({ source }: DrawnHost) =>
  () =>
    source.video.closed ? undefined : source

/** What a player would have put together from these, as a file. */
function played(section: number): string {
  const path = join(dir, `${section}.mp4`)
  const init = kept.sections.find(({ n }) => n === section)?.init as Buffer
  const segments = kept.segments.filter((one) => one.section === section)
  const bytes = segments.flatMap(({ parts }) => parts.map((part) => part.bytes))
  writeFileSync(path, Buffer.concat([init, ...bytes]))
  return path
}

test('a show becomes segments that play, and a program that was killed leaves a gap, no more', async () => {
  const startedAt = Date.now()
  record()
  await expect.poll(() => kept.segments.length, { timeout: 10_000 }).toBe(2)
  const [first] = kept.segments
  expect(first?.atMs).toBeGreaterThan(startedAt - 1_000)
  expect(first?.atMs).toBeLessThan(startedAt + 3_000)
  process.kill(tape.pid ?? 0, 'SIGKILL')
  await expect
    .poll(() => kept.segments.filter(({ section }) => section !== 7).length, { timeout: 15_000 })
    .toBeGreaterThan(0)
  await tape.close()

  expect(kept.sections.map(({ n }) => n)).toEqual([7, kept.sections[1]?.n])
  for (const { n } of kept.sections) {
    const seconds = kept.segments.filter(({ section }) => section === n)
    const { codecs, durationS } = await probe(played(n))
    expect(codecs).toEqual(['aac', 'h264'])
    expect(durationS).toBeCloseTo(
      seconds.reduce((sum, one) => sum + one.durationS, 0),
      0,
    )
  }
  // Wall clock: inside a section one segment follows the other, between them time is missing.
  for (const [i, segment] of kept.segments.entries()) {
    const before = kept.segments[i - 1]
    if (!before) continue
    const gapMs = segment.atMs - before.atMs - before.durationS * 1_000
    if (before.section === segment.section) expect(Math.abs(gapMs)).toBeLessThan(250)
    else expect(gapMs).toBeGreaterThan(200)
  }
})

test("a worker's death leaves a gap, no more: what came before it plays, and what comes on another one", async () => {
  let at = await drawnHost()
  onTestFinished(() => at.close())
  record({ source: () => sourceOf(at)() })
  await expect.poll(() => kept.segments.length, { timeout: 10_000 }).toBe(2)
  const dead = once(at.worker, 'died')
  process.kill(at.worker.pid, 'SIGKILL')
  await dead
  await expect.poll(() => tape.pid, { timeout: 10_000 }).toBeUndefined()
  at.close()

  at = await drawnHost()
  tape.look()
  const later = () => kept.segments.filter(({ section }) => section !== 7)
  await expect.poll(() => later().length, { timeout: 15_000 }).toBeGreaterThan(0)
  await tape.close()
  expect(kept.sections).toHaveLength(2)
  for (const { n } of kept.sections) {
    expect((await probe(played(n))).codecs).toEqual(['aac', 'h264'])
  }
  const last = kept.segments.findLast(({ section }) => section === 7) as Segment
  const gapMs = (later()[0]?.atMs ?? 0) - last.atMs - last.durationS * 1_000
  expect(gapMs).toBeGreaterThan(200)
  const ns = kept.segments.map(({ n }) => n)
  expect(ns).toEqual(ns.map((_, i) => 7 + i))
})

test('what the live playlist names is there to be fetched, parts before their segment is whole', async () => {
  record()
  await expect.poll(() => tape.reel.playable, { timeout: 10_000 }).toBe(true)
  const { next } = tape.reel
  const text = await tape.reel.playlist({ n: next, part: 0 })
  expect(text).toContain(`#EXT-X-PART:DURATION=0.`)
  expect(text).toContain(`URI="${next}.0.m4s"`)
  expect(text).toContain('#EXT-X-MAP:URI="init-7.mp4"')
  const hinted = await tape.reel.file({ kind: 'part', n: next, part: 1 })
  expect(hinted?.toString('latin1', 4, 8)).toBe('moof')
  expect(await tape.reel.file({ kind: 'segment', n: 7 })).toBeDefined()
  expect(await tape.reel.file({ kind: 'part', n: next + 9, part: 0 })).toBeUndefined()
})

test('a segment gives a still of the show, and no segment none', async () => {
  record()
  await expect.poll(() => kept.segments.length, { timeout: 10_000 }).toBeGreaterThan(0)
  const still = await drawStill('ffmpeg', readFileSync(played(7)))
  expect(await sharp(still).metadata()).toMatchObject({ format: 'jpeg', width: expect.any(Number) })
  expect(await drawStill('ffmpeg', Buffer.from('nothing of the kind'))).toBeUndefined()
})

test('without ffmpeg there is no tape, and it says so', async () => {
  const lacks = await missingProgram(join(dir, 'ffmpeg'))
  expect(lacks).toContain('cannot be run')
  record({ missing: async () => lacks })
  await expect.poll(() => tape.problem).toBe('no-program')
})
