import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** A recording made by ffmpeg alone: a clock that counts, ten pictures a second, in segments of two seconds. */
export function makeRecording(seconds: number) {
  const dir = mkdtempSync(join(tmpdir(), 'vitrine-recording-'))
  const source = `testsrc=size=360x640:rate=10:duration=${seconds}`
  const output =
    '-c:v libx264 -preset ultrafast -profile:v baseline -pix_fmt yuv420p -g 20 -c:a aac'
  const hls = '-f hls -hls_time 2 -hls_segment_type fmp4 -hls_playlist_type vod'
  const audio = `sine=frequency=220:duration=${seconds}`
  const args = `-v error -f lavfi -i ${source} -f lavfi -i ${audio} ${output} ${hls} index.m3u8`
  execFileSync(process.env['FFMPEG_PATH'] ?? 'ffmpeg', args.split(' '), { cwd: dir })
  return {
    /** Answers what the recorder would, to this page. */
    async serveTo(page: Page, showId: string, startedAt: string): Promise<void> {
      const base = `/api/v1/shows/${showId}/recording`
      const durationMs = seconds * 1_000
      const recording = {
        ...{ showId, state: 'ready', record: true, available: true, hidden: false },
        ...{ progress: null, problem: null, bytes: 0, startedAt, durationMs, cut: null },
        runs: [{ at: startedAt, fromMs: 0, durationMs }],
        playlist: `${base}/index.m3u8`,
      }
      await page.route(`**${base}`, (route) => route.fulfill({ json: recording }))
      await page.route(`**${base}/*`, (route) => {
        const name = new URL(route.request().url()).pathname.split('/').at(-1) as string
        const contentType = name.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'video/mp4'
        return route.fulfill({ body: readFileSync(join(dir, name)), contentType })
      })
    },
    drop: () => rmSync(dir, { recursive: true, force: true }),
  }
}
