import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import { act } from '../studio/act.ts'
import { Button } from '../ui/button.tsx'
import { countdown, span } from '../ui/time.ts'
import { useBusy } from '../ui/use.ts'
import { t } from './host-words.ts'
import { type Recording, wallAt } from './timeline.ts'

type Props = {
  recording: Recording
  startedAt: string | null
  set: (recording: Recording) => void
}

/** In the video's own time. */
type Cut = { from: number; to: number }

/** Shorter than this is a slip of the hand, not a replay. */
const cutMin = 1_000

/** Plays the recording; the host says where it begins and ends. The cut is in the time of the show. */
export function CutDesk({ recording, startedAt, set }: Props) {
  const { showId, runs, durationMs, playlist, cut } = recording
  const video = useRef<HTMLVideoElement>(null)
  const [marks, setMarks] = useState<Cut>({ from: 0, to: durationMs })
  const [busy, run] = useBusy()
  useEffect(() => setMarks({ from: 0, to: durationMs }), [durationMs])
  usePreview(video, playlist, durationMs)
  const here = () => Math.round((video.current?.currentTime ?? 0) * 1_000)
  const length = marks.to - marks.from
  const changed = length < durationMs && length >= cutMin
  const change = (next: Recording['cut'], words: (made: Recording) => string) =>
    run(async () => {
      let made = recording
      const params = { id: showId }
      await act(
        async () => {
          made = await call('PATCH', '/shows/:id/recording', { params, body: { cut: next } })
          set(made)
        },
        () => ({ text: words(made), icon: 'check', tone: 'ok' }),
      )
    })
  const save = () => {
    const ofShow = (ms: number) => Math.max(0, wallAt(runs, ms) - Date.parse(startedAt ?? ''))
    const next = { startMs: ofShow(marks.from), endMs: ofShow(marks.to) }
    change(next, (made) => t('cut.done', { span: span(made.durationMs) }))
  }
  return (
    <div class="cut-desk rule">
      <h3>{t('cut')}</h3>
      <p class="quiet">{t('cut.help')}</p>
      <video ref={video} controls muted playsInline preload="metadata" aria-label={t('preview')} />
      <Marks marks={marks} here={here} set={setMarks} />
      <div class="row">
        <Button size="desk" disabled={!changed} busy={busy && t('cutting')} onClick={save}>
          {t('cut.save', { span: span(Math.max(length, cutMin)) })}
        </Button>
        {cut !== null && (
          <Button
            kind="bare"
            size="desk"
            icon="undo"
            onClick={() => change(null, () => t('cut.undo.done'))}
          >
            {t('cut.undo')}
          </Button>
        )}
      </div>
    </div>
  )
}

type MarksProps = { marks: Cut; here: () => number; set: (marks: Cut) => void }

function Marks({ marks, here, set }: MarksProps) {
  return (
    <div class="row">
      <Button
        kind="quiet-btn"
        size="desk"
        onClick={() => set({ ...marks, from: Math.min(here(), marks.to) })}
      >
        {t('cut.begin')}
      </Button>
      <Button
        kind="quiet-btn"
        size="desk"
        onClick={() => set({ ...marks, to: Math.max(here(), marks.from) })}
      >
        {t('cut.end')}
      </Button>
      <span class="num quiet">
        {t('cut.from.to', {
          from: countdown(marks.from / 1_000),
          to: countdown(marks.to / 1_000),
        })}
      </span>
    </div>
  )
}

function usePreview(
  video: { current: HTMLVideoElement | null },
  playlist: string | null,
  durationMs: number,
): void {
  useEffect(() => {
    const element = video.current
    if (element === null || playlist === null) return
    let gone = false
    let close = (): void => undefined
    import('../media/hls.ts')
      .then(({ playHls }) => playHls(element, playlist))
      .then(
        (playing) => {
          if (gone) playing.close()
          else close = () => playing.close()
        },
        () => undefined, // no preview here: the marks can still be set by what others see
      )
    return () => {
      gone = true
      close()
    }
  }, [playlist, durationMs])
}
