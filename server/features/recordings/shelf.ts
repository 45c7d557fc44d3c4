import type { Readable } from 'node:stream'
import { unavailable } from '../../base/refusal.ts'
import { Bucket, type BucketSettings } from './bucket.ts'
import { Disk, type Range } from './disk.ts'
import type { SegmentRow } from './store.ts'

export type ShelfSettings = {
  dir: string
  /** The disk is left with so much at least. */
  freeBytesMin: number
  bucket: BucketSettings | undefined
}

/**
 * Where segments are. They are written to the disk, which answers at once and outlives a crash; a
 * bucket, when there is one, gets them from there.
 */
export class Shelf {
  readonly disk: Disk
  readonly bucket: Bucket | undefined

  constructor({ dir, freeBytesMin, bucket }: ShelfSettings) {
    this.disk = new Disk(dir, freeBytesMin)
    this.bucket = bucket && new Bucket(bucket)
  }

  /** Whether this process can read what is there: not another machine's disk. */
  async reaches({ place }: Pick<SegmentRow, 'place'>): Promise<boolean> {
    return place === this.bucket?.place || place === (await this.disk.place)
  }

  async stream(row: SegmentRow, range: Range): Promise<Readable> {
    if (row.place === this.bucket?.place) return this.bucket.stream(row.showId, row.n, range)
    if (row.place !== (await this.disk.place)) throw unavailable()
    return this.disk.stream(row.showId, row.n, range)
  }

  /** From the bucket all of them: one may have come there whose row does not say so yet. */
  async removeShow(showId: string, ns: readonly number[]): Promise<void> {
    await this.bucket?.removeShow(showId, ns)
    await this.disk.removeShow(showId)
  }
}
