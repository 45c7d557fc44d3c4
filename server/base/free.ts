import { mkdir, statfs } from 'node:fs/promises'

/** How much is free is looked up this often at most, ms. */
const lookMs = 5_000

/** Whether the disk of a folder has so much room left, as it was a moment ago. Makes the folder where there is none. */
export function roomIn(dir: string, freeBytesMin: number): () => Promise<boolean> {
  let last = { at: Number.NEGATIVE_INFINITY, enough: true }
  return async () => {
    if (performance.now() - last.at < lookMs) return last.enough
    await mkdir(dir, { recursive: true })
    const { bavail, bsize } = await statfs(dir)
    last = { at: performance.now(), enough: bavail * bsize >= freeBytesMin }
    return last.enough
  }
}
