import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { S3mini } from 's3mini'
import type { Range } from './disk.ts'

export type BucketSettings = {
  /** With the bucket in its path: https://s3.example.com/my-bucket */
  url: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** One request, a few megabytes at most, may take so long. */
const requestMs = 20_000
/** Files that one request may delete. */
const deleteMax = 500

/** Where segments are put away in the end, when there is one: S3, or what speaks like it. */
export class Bucket {
  readonly place = 's3'
  readonly #s3: S3mini

  constructor({ url, region, accessKeyId, secretAccessKey }: BucketSettings) {
    this.#s3 = new S3mini({
      endpoint: url,
      region,
      accessKeyId,
      secretAccessKey,
      requestAbortTimeout: requestMs,
    })
  }

  async put(showId: string, n: number, bytes: Buffer): Promise<void> {
    await this.#s3.putObject(keyOf(showId, n), bytes, 'video/mp4')
  }

  async stream(showId: string, n: number, { from, to }: Range): Promise<Readable> {
    const answer = await this.#s3.getObjectRaw(keyOf(showId, n), false, from, to + 1)
    if (!answer.ok || !answer.body) throw new Error(`the bucket answered ${answer.status}`)
    return Readable.fromWeb(answer.body as ReadableStream)
  }

  async removeShow(showId: string, ns: readonly number[]): Promise<void> {
    for (let i = 0; i < ns.length; i += deleteMax) {
      await this.#s3.deleteObjects(ns.slice(i, i + deleteMax).map((n) => keyOf(showId, n)))
    }
  }
}

const keyOf = (showId: string, n: number) => `recordings/${showId}/${n}.m4s`
