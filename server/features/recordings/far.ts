import Type from 'typebox'
import { Id, Shape } from '../../../shared/wire/base.ts'
import { checker } from '../../base/check.ts'
import type { Together } from '../../base/together.ts'
import type { TapePosition } from '../../http/tape.ts'
import { type FileName, readName } from '../../media/tape/playlist.ts'

/** The node that has the tape waits for what is just being made; then it says what there is. */
const askMs = 6_000
/** Where a show comes in is believed for so long. */
const originFreshMs = 1_000
/** Files of running shows that are kept to be passed on: some twenty seconds of sixteen shows. */
const keptBytesMax = 64 * 1024 * 1024

export type FarNeeds = {
  /** The other node where this show's picture comes in; undefined: here, or nowhere. */
  originOf(showId: string): Promise<string | undefined>
  /** Refuses as the other node does; UNAVAILABLE when it does not answer in time. */
  ask<T>(address: string, word: string, what: unknown, withinMs: number): Promise<T>
}

type Needs = FarNeeds & { together: Together }

/**
 * Running shows that another node has on tape, to be passed on: whoever may see the show was asked
 * here. However many watch here, that node is asked once for each playlist and file.
 */
export class FarTape {
  readonly #needs: Needs
  /** Oldest first; no file ever changes. */
  readonly #kept = new Map<string, Buffer>()
  #keptBytes = 0

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** As that node would answer; undefined where no other node has it. */
  async playlist(showId: string, wanted: TapePosition | undefined): Promise<string | undefined> {
    return this.#ask<string>('tape-list', { showId, ...(wanted && { wanted }) }, showId)
  }

  /** Undefined where no other node has it. */
  file(showId: string, name: string): Promise<Buffer | undefined> {
    const key = `${showId}/${name}`
    const kept = this.#kept.get(key)
    if (kept) return Promise.resolve(kept)
    return this.#needs.together.ask(key, 0, async () => {
      const text = await this.#ask<string | null>('tape-file', { showId, name }, showId)
      if (typeof text !== 'string') return undefined
      const bytes = Buffer.from(text, 'base64')
      this.#keep(key, bytes)
      return bytes
    })
  }

  async #ask<T>(word: string, what: unknown, showId: string): Promise<T | undefined> {
    const { together, originOf, ask } = this.#needs
    const origin = () => originOf(showId)
    const address = await together.ask(`origin of ${showId}`, originFreshMs, origin)
    return address === undefined ? undefined : ask<T>(address, word, what, askMs)
  }

  #keep(key: string, bytes: Buffer): void {
    this.#kept.set(key, bytes)
    this.#keptBytes += bytes.length
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= keptBytesMax) break
      this.#kept.delete(oldest)
      this.#keptBytes -= length
    }
  }
}

const Count = (max: number) => Type.Integer({ minimum: 0, maximum: max })
const isListAsked = checker<{ showId: string; wanted?: { n: number; part?: number } }>(
  Shape({
    showId: Id,
    wanted: Type.Optional(
      Shape({ n: Count(999_999_999), part: Type.Optional(Count(999_999_999)) }),
    ),
  }),
)
const isFileAsked = checker<{ showId: string; name: string }>(
  Shape({ showId: Id, name: Type.String({ maxLength: 32 }) }),
)

type Own = {
  playlist(showId: string, wanted: TapePosition | undefined): Promise<string>
  file(showId: string, name: FileName): Promise<Buffer | undefined>
}

/** What other nodes may ask of the tapes here: they have looked who it is for. */
export function answersOfTapes(own: Own) {
  return {
    'tape-list': async (asked: unknown): Promise<string> => {
      const { showId, wanted } = isListAsked(asked)
      return own.playlist(showId, wanted && { n: wanted.n, part: wanted.part })
    },
    'tape-file': async (asked: unknown): Promise<string | null> => {
      const { showId, name } = isFileAsked(asked)
      const known = readName(name)
      const bytes = known && (await own.file(showId, known))
      return bytes?.toString('base64') ?? null
    },
  }
}
