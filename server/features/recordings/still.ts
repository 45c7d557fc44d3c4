import { Refusal } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import { turnstile } from '../../base/turnstile.ts'
import type { TapeCaller, TapeFile, TapeHandlers } from '../../http/tape.ts'
import { drawStill } from '../../media/tape/still.ts'

/** A still is drawn anew after this; what could not be drawn is not tried again sooner. */
const freshMs = 10_000
/** A lobby asks for all its windows at once, and one is drawn at a time. */
const waitingMax = 48

type Needs = { program: string } & Pick<TapeHandlers, 'livePlaylist' | 'liveFile'>

/** What a running show looks like just now: a picture out of the newest segment of its tape. */
export function stills({ program, livePlaylist, liveFile }: Needs) {
  const together = new Together()
  const inTurn = turnstile(1, waitingMax)

  async function read(caller: TapeCaller, showId: string, names: Names): Promise<Buffer> {
    const files = [names.init, names.segment].map(async (name) =>
      whole(await liveFile(caller, showId, name)),
    )
    return Buffer.concat(await Promise.all(files))
  }

  return {
    /** Undefined while there is none: the show is not on tape, or nothing could be drawn of it. */
    async still(caller: TapeCaller, showId: string): Promise<Buffer | undefined> {
      const playlist = await livePlaylist(caller, showId, undefined).catch(noTape)
      const names = newestOf(playlist ?? '')
      if (!names) return undefined
      return together.ask(showId, freshMs, () =>
        inTurn(async () => drawStill(program, await read(caller, showId, names))),
      )
    },
  }
}

/** Not on air yet, over by now, or nobody makes tapes here; a show that one may not see stays a refusal. */
function noTape(thrown: unknown): undefined {
  const known: string[] = ['CONFLICT', 'GONE', 'UNAVAILABLE']
  if (thrown instanceof Refusal && known.includes(thrown.code)) return undefined
  throw thrown
}

type Names = { init: string; segment: string }

/** The last whole segment that a playlist names, and what a decoder must have read before it. */
export function newestOf(playlist: string): Names | undefined {
  const init = [...playlist.matchAll(/^#EXT-X-MAP:URI="([^"]+)"$/gm)].at(-1)?.[1]
  const rest = playlist.slice(playlist.lastIndexOf('#EXT-X-MAP:'))
  const segment = [...rest.matchAll(/^[^#\n]+$/gm)].at(-1)?.[0]
  return init && segment ? { init, segment } : undefined
}

async function whole({ bytes, read }: TapeFile): Promise<Buffer> {
  const found = await read({ from: 0, to: bytes - 1 })
  if (Buffer.isBuffer(found)) return found
  const chunks: Buffer[] = []
  for await (const chunk of found) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
