import { useEffect, useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'
import { query } from '../router.ts'
import type { Begin, ReplayDeck } from './deck.ts'
import type { Recording } from './timeline.ts'

/** How often a page looks whether its replay is made. */
const lookEveryMs = 2_000

/** How it is with the replay of a show that is over. */
export type Offered =
  | { at: 'none' }
  /** Whoever comes when the show is over sees it, or that there is none, in a moment. */
  | { at: 'coming' }
  | { at: 'making'; progress: number | null }
  | { at: 'ready'; watch: () => void }
  | { at: 'on'; deck: ReplayDeck }

/**
 * The replay of a show, once it is over. Who comes then sees it at once; who was there to the end is
 * told when it is made.
 */
export function useReplay({ id, status, startedAt }: Room['show']): Offered {
  const over = status === 'ended'
  const [cameAfter] = useState(over)
  const [asked, setAsked] = useState(false)
  const [deck, setDeck] = useState<ReplayDeck | null>(null)
  const [hidden, setHidden] = useState(false)
  const recording = useRecording(id, over)
  const playlist = recording?.state === 'ready' ? recording.playlist : null
  const wanted = cameAfter || asked
  useEffect(() => {
    if (!wanted || !recording || playlist === null) return
    let made: ReplayDeck | null = null
    let gone = false
    openDeck({ ...recording, playlist }, startedAt).then(
      (opened) => {
        if (gone) return opened.close()
        made = opened
        setDeck(opened)
      },
      () => setHidden(true), // a moment ago: the window of a show that is over stays
    )
    return () => {
      gone = true
      made?.close()
      setDeck(null)
    }
  }, [wanted, playlist])

  if (deck !== null) return { at: 'on', deck }
  if (recording?.state === 'finishing') return { at: 'making', progress: recording.progress }
  if (cameAfter && (recording === undefined || (playlist !== null && !hidden))) {
    return { at: 'coming' }
  }
  if (playlist !== null && !wanted) return { at: 'ready', watch: () => setAsked(true) }
  return { at: 'none' }
}

/** Undefined until there is an answer. */
function useRecording(showId: string, over: boolean): Recording | null | undefined {
  const [recording, set] = useState<Recording | null>()
  useEffect(() => {
    if (!over) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const look = async () => {
      const found = await call('GET', '/shows/:id/recording', { params: { id: showId } }).catch(
        () => null, // no answer: the window of a show that is over stays as it is
      )
      if (gone) return
      set(found)
      const unfinished = found?.state === 'finishing' || found?.state === 'recording'
      if (unfinished) timer = setTimeout(() => void look(), lookEveryMs)
    }
    void look()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [showId, over])
  return recording
}

async function openDeck(
  recording: Recording & { playlist: string },
  startedAt: string | null,
): Promise<ReplayDeck> {
  const params = { id: recording.showId }
  const [replay, { ReplayDeck: Deck }] = await Promise.all([
    call('GET', '/shows/:id/replay', { params }),
    import('./deck.ts'),
  ])
  return new Deck({ recording, replay, startedAt, begin: whereToBegin() })
}

function whereToBegin(): Begin {
  const at = Number(query.peek().get('at') ?? Number.NaN)
  return {
    atSeconds: Number.isFinite(at) && at >= 0 ? at : null,
    productId: query.peek().get('product'),
  }
}
