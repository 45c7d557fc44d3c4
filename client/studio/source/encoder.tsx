import { useState } from 'preact/hooks'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { Failed } from '../../ui/states.tsx'
import { at, dayName } from '../../ui/time.ts'
import { useAsked, useBusy } from '../../ui/use.ts'
import { act, tellNo } from '../act.ts'
import type { Air } from '../air/air.ts'
import { Ask } from '../ask.tsx'
import { t } from '../words.ts'
import { ArrivalTable } from './arrival.tsx'

/** Where OBS or another encoder sends to, and how what it sends arrives. */
export function Encoder({ showId, air }: { showId: string; air: Air }) {
  const params = { id: showId }
  const [key, setKey] = useState<string | null>(null)
  const asked = useAsked(() => call('GET', '/shows/:id/stream-key', { params }), [showId])
  if (asked.refused !== undefined) {
    return (
      <Failed title={t('enc.failed')} reference={asked.refused.reference} retry={asked.again} />
    )
  }
  const known = (made: string | null) => {
    setKey(made)
    asked.again()
  }
  return (
    <div class="encoder">
      <Signal air={air} />
      <LinkBox
        label={t('enc.server')}
        copied={t('enc.copied')}
        link={`${location.origin}/api/v1/whip/${showId}`}
      />
      {key !== null && (
        <LinkBox
          key={key}
          label={t('enc.key')}
          help={t('enc.key.once')}
          copied={t('enc.copied')}
          link={key}
          secret
        />
      )}
      <KeyActs
        showId={showId}
        since={asked.value?.createdAt ?? null}
        isShown={key !== null}
        onKey={known}
      />
      <p class="quiet">{t('enc.help')}</p>
    </div>
  )
}

type KeyProps = {
  showId: string
  since: string | null
  isShown: boolean
  onKey: (key: string | null) => void
}

/** Whatever ends a key that may be in use asks first. */
function KeyActs({ showId, since, isShown, onKey }: KeyProps) {
  const params = { id: showId }
  const [asks, setAsks] = useState<'again' | 'end' | null>(null)
  const [busy, run] = useBusy(tellNo)
  const make = () =>
    run(async () => {
      setAsks(null)
      onKey((await call('POST', '/shows/:id/stream-key', { params })).key)
    })
  const end = () =>
    run(async () => {
      setAsks(null)
      const done = { text: t('enc.ended'), tone: 'plain' as const }
      if (await act(() => call('DELETE', '/shows/:id/stream-key', { params }), done)) onKey(null)
    })
  return (
    <div class="row">
      <Button
        kind={since === null ? 'soft' : 'quiet-btn'}
        size="desk"
        busy={busy && t('enc.making')}
        onClick={since === null ? make : () => setAsks('again')}
      >
        {t(since === null ? 'enc.make' : 'enc.again')}
      </Button>
      {since !== null && (
        <Button kind="bare" size="desk" busy={busy && t('enc.end')} onClick={() => setAsks('end')}>
          {t('enc.end')}
        </Button>
      )}
      {since !== null && !isShown && (
        <span class="quieter push">
          {t('enc.since', { when: `${dayName(since, serverNow())} ${at(since)}` })}
        </span>
      )}
      {asks !== null && (
        <Ask
          title={t(asks === 'again' ? 'enc.again.ask' : 'enc.end.ask')}
          onClose={() => setAsks(null)}
          actions={
            <>
              <Button kind="stop" onClick={asks === 'again' ? make : end}>
                {t(asks === 'again' ? 'enc.again.do' : 'enc.end')}
              </Button>
              <Button kind="quiet-btn" onClick={() => setAsks(null)}>
                {t('cancel')}
              </Button>
            </>
          }
        >
          <p>{t(asks === 'again' ? 'enc.again.help' : 'enc.end.help')}</p>
        </Ask>
      )}
    </div>
  )
}

function Signal({ air }: { air: Air }) {
  const arrival = air.arrival.value
  if (arrival?.flowing !== true) {
    return (
      <p role="status">
        <Badge tone="info" icon="clock">
          {t('enc.waiting')}
        </Badge>
      </p>
    )
  }
  return (
    <>
      <p role="status">
        <Badge tone="good" dot>
          {t('enc.arrives', { n: (arrival.bitrate / 1e6).toFixed(1) })}
        </Badge>
      </p>
      <div class="health">
        <ArrivalTable arrival={arrival} />
      </div>
    </>
  )
}
