import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refusal } from '../../base/refusal.ts'
import { keptPlaylist } from '../../media/tape/playlist.ts'
import { newestOf, stills } from './still.ts'

const showId = '019a9f6e-0000-7000-8000-000000000001'
const nobody = { who: null, address: '127.0.0.1' }
const cut = { atMs: 0, durationS: 2 }

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vitrine-still-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** A program that notes each run, and a tape of two sections. */
function openTape(name: string, body: string, segments = [4, 5, 6]) {
  const program = join(dir, name)
  writeFileSync(program, `#!/bin/sh\necho run >> ${program}.runs\n${body}\n`, { mode: 0o755 })
  writeFileSync(`${program}.runs`, '')
  const sections = segments.map((n) => ({ n, section: n > 5 ? 1 : 0, ...cut }))
  const { still } = stills({
    program,
    livePlaylist: async () => keptPlaylist(sections, false),
    async liveFile(_caller, _showId, file) {
      const bytes = Buffer.from(`${file};`)
      return { bytes: bytes.length, read: async () => Readable.from([bytes]) }
    },
  })
  return { still, runs: () => readFileSync(`${program}.runs`, 'utf8').trim().split('\n').length }
}

function refusing(code: 'CONFLICT' | 'GONE' | 'UNAVAILABLE' | 'NOT_FOUND') {
  const refuse = async () => {
    throw new Refusal(code, 'no')
  }
  return { livePlaylist: refuse, liveFile: refuse }
}

describe('a still of a running show', () => {
  test('is drawn from the newest segment, once for all who ask', async () => {
    const { still, runs } = openTape('passes', 'cat')
    const all = await Promise.all(Array.from({ length: 30 }, () => still(nobody, showId)))
    all.push(await still(nobody, showId))
    expect(new Set(all.map(String))).toEqual(new Set(['init-1.mp4;6.m4s;']))
    expect(runs()).toBe(1)
  })

  test.each(['exit 1', 'cat > /dev/null', 'exec no-such-program'])(
    'is none where the program makes none (%s), which is not tried again at once',
    async (body) => {
      const { still, runs } = openTape(`fails-${body.length}`, body)
      const asked = await Promise.all([1, 2, 3].map(() => still(nobody, showId)))
      asked.push(await still(nobody, showId))
      expect(asked).toEqual(Array(4).fill(undefined))
      expect(runs()).toBe(1)
    },
  )

  test('is none before there is a segment, and none that is not whole', async () => {
    const { still } = openTape('early', 'cat', [])
    expect(await still(nobody, showId)).toBeUndefined()
    const [map, part] = ['#EXT-X-MAP:URI="init-0.mp4"', '#EXT-X-PART:DURATION=0.5,URI="7.0.m4s"']
    expect(newestOf(`#EXTM3U\n${map}\n${part}\n`)).toBeUndefined()
    const begun = `#EXTM3U\n${map}\n#EXTINF:2.0,\n7.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-1.mp4"\n${part}\n`
    expect(newestOf(begun)).toBeUndefined()
  })

  test.each(['CONFLICT', 'GONE', 'UNAVAILABLE'] as const)(
    'is none of a show without a tape (%s)',
    async (code) => {
      const { still } = stills({ program: '', ...refusing(code) })
      expect(await still(nobody, showId)).toBeUndefined()
    },
  )

  test('is refused to whoever may not see the show', async () => {
    const { still } = stills({ program: '', ...refusing('NOT_FOUND') })
    await expect(still(nobody, showId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
