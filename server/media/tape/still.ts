import { execFile } from 'node:child_process'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { niceness } from './program.ts'

/** As wide as a window in the lobby, at twice its pixels. */
const width = 640
const bytesMax = 1024 * 1024
/** It takes a tenth of a second; a program that takes this long will not come back. */
const deadlineMs = 5_000

const args = [
  ['-hide_banner', '-loglevel', 'error', '-threads', '1', '-i', 'pipe:0', '-map', '0:v:0'],
  ['-frames:v', '1', '-vf', `scale='min(${width},iw)':-2`, '-q:v', '5'],
  ['-f', 'mjpeg', 'pipe:1'],
].flat()

/** The first picture of a piece of a tape as JPEG; nothing where the program cannot make one of it. */
export async function drawStill(path: string, piece: Buffer): Promise<Buffer | undefined> {
  const options = { encoding: 'buffer', timeout: deadlineMs, maxBuffer: bytesMax } as const
  const drawing = promisify(execFile)(path, args, options)
  const { child } = drawing
  child.once('spawn', () => setPriority(child.pid ?? 0, niceness))
  child.stdin?.on('error', () => undefined) // it has read enough, or is gone: its exit says which
  child.stdin?.end(piece)
  const drawn = await drawing.catch(() => undefined)
  return drawn?.stdout.length ? drawn.stdout : undefined
}
