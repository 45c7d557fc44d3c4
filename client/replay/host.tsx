import { useEffect, useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import { act } from '../studio/act.ts'
import { Ask } from '../studio/ask.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { Switch } from '../ui/field.tsx'
import { percent } from '../ui/money.ts'
import { Empty, Loading, Strip } from '../ui/states.tsx'
import { span } from '../ui/time.ts'
import { type Asked, useAsked, useBusy } from '../ui/use.ts'
import { CutDesk } from './cut.tsx'
import { t } from './host-words.ts'
import './host.css'
import type { Recording } from './timeline.ts'

const lookEveryMs = 2_000

type Props = { showId: string; startedAt: string | null }

/** The host's hand on the replay: who sees it, whether it sells, where it begins and ends. */
export function ReplayPane({ showId, startedAt }: Props) {
  const recording = useUntilMade(showId)
  const found = recording.value
  return (
    <section class="pane replay-pane" aria-label={t('title')}>
      <header>
        <h2>{t('title')}</h2>
      </header>
      {found === undefined ? (
        <Loading />
      ) : found.state === 'ready' ? (
        <Made recording={found} startedAt={startedAt} set={recording.set} />
      ) : (
        <NotMade recording={found} />
      )}
    </section>
  )
}

/** Asks again until the recording is put away. */
function useUntilMade(showId: string): Asked<Recording> {
  const params = { id: showId }
  const recording = useAsked(() => call('GET', '/shows/:id/recording', { params }), [showId])
  const { value, again } = recording
  const unfinished = value?.state === 'finishing' || value?.state === 'recording'
  useEffect(() => {
    if (!unfinished) return
    const timer = setTimeout(again, lookEveryMs)
    return () => clearTimeout(timer)
  }, [value, unfinished])
  return recording
}

function NotMade({ recording }: { recording: Recording }) {
  const { state, progress, problem } = recording
  if (state === 'none') return <Empty icon="camera" title={t('none')} help={t('none.help')} />
  return (
    <>
      {problem !== null && (
        <Strip tone="bad" icon="alert">
          {t('problem')}
        </Strip>
      )}
      <Empty
        icon="camera"
        title={
          progress === null ? t('making') : t('making.percent', { percent: percent(progress) })
        }
        help={t('making.help')}
      >
        <progress value={progress ?? undefined} aria-label={t('making')} />
      </Empty>
    </>
  )
}

type MadeProps = {
  recording: Recording
  startedAt: string | null
  set: (recording: Recording) => void
}

function Made({ recording, startedAt, set }: MadeProps) {
  const { showId, cut, durationMs, hidden } = recording
  const params = { id: showId }
  const show = (on: boolean) =>
    act(
      async () =>
        set(await call('PATCH', '/shows/:id/recording', { params, body: { hidden: !on } })),
      { text: t(on ? 'show.done' : 'hide.done'), icon: 'eye', tone: on ? 'ok' : 'plain' },
    )
  return (
    <>
      <p class="row facts-line">
        <span class="num">{t(cut === null ? 'long' : 'long.cut', { span: span(durationMs) })}</span>
        <LinkButton kind="soft" size="desk" icon="play" class="push" href={`/s/${showId}`}>
          {t('watch')}
        </LinkButton>
        <LinkButton kind="quiet-btn" size="desk" icon="eye" href={`/moderate/${showId}/at`}>
          {t('seconds')}
        </LinkButton>
      </p>
      <div class="row rule">
        <span>{t('show')}</span>
        <span class="push" />
        <Switch label={t('show')} on={!hidden} onChange={show} />
      </div>
      <Sells showId={showId} />
      <CutDesk recording={recording} startedAt={startedAt} set={set} />
      <Delete showId={showId} gone={() => set({ ...recording, state: 'none' })} />
    </>
  )
}

function Sells({ showId }: { showId: string }) {
  const params = { id: showId }
  const replay = useAsked(() => call('GET', '/shows/:id/replay', { params }), [showId])
  const sells = replay.value?.sells ?? true
  const sell = (on: boolean) =>
    act(
      async () =>
        replay.set(await call('PATCH', '/shows/:id/replay', { params, body: { sells: on } })),
      { text: t(on ? 'sell.done' : 'sell.off.done'), icon: 'tag', tone: on ? 'ok' : 'plain' },
    )
  return (
    <div class="row rule">
      <span>{t('sell')}</span>
      <span class="push" />
      <Switch label={t('sell')} on={sells} disabled={replay.value === undefined} onChange={sell} />
    </div>
  )
}

function Delete({ showId, gone }: { showId: string; gone: () => void }) {
  const [asking, setAsking] = useState(false)
  const [busy, run] = useBusy()
  const close = () => setAsking(false)
  const remove = () =>
    run(async () => {
      const ask = () => call('DELETE', '/shows/:id/recording', { params: { id: showId } })
      const done = { text: t('delete.done'), icon: 'trash', tone: 'plain' } as const
      if (await act(ask, done)) gone()
      close()
    })
  return (
    <div class="rule delete-row">
      <Button kind="stop-quiet" size="desk" icon="trash" onClick={() => setAsking(true)}>
        {t('delete')}
      </Button>
      {asking && (
        <Ask
          title={t('delete.ask')}
          onClose={close}
          actions={
            <>
              <Button kind="stop" busy={busy && t('deleting')} onClick={remove}>
                {t('delete.yes')}
              </Button>
              <Button kind="quiet-btn" onClick={close}>
                {t('delete.no')}
              </Button>
            </>
          }
        >
          <p class="quiet">{t('delete.help')}</p>
        </Ask>
      )}
    </div>
  )
}
