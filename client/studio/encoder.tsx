import { useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failed } from '../ui/states.tsx'
import { at, dayName } from '../ui/time.ts'
import { useAsked, useBusy } from '../ui/use.ts'
import { act, tellNo } from './act.ts'
import type { Air } from './air.ts'
import { LinkBox } from './share.tsx'
import { t } from './words.ts'

/** Where OBS or another encoder sends to, and whether anything arrives. */
export function Encoder({ showId, air }: { showId: string; air: Air }) {
  const params = { id: showId }
  const [key, setKey] = useState<string | null>(null)
  const [busy, run] = useBusy()
  const asked = useAsked(() => call('GET', '/shows/:id/stream-key', { params }), [showId])
  if (asked.refused !== undefined) {
    return (
      <Failed title={t('enc.failed')} reference={asked.refused.reference} retry={asked.again} />
    )
  }
  const since = asked.value?.createdAt ?? null
  const make = () =>
    run(async () => {
      try {
        setKey((await call('POST', '/shows/:id/stream-key', { params })).key)
        asked.again()
      } catch (thrown) {
        tellNo(thrown)
      }
    })
  const end = () =>
    run(async () => {
      const done = { text: t('enc.ended'), tone: 'plain' as const }
      await act(() => call('DELETE', '/shows/:id/stream-key', { params }), done)
      setKey(null)
      asked.again()
    })
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
          label={t('enc.key')}
          help={t('enc.key.once')}
          copied={t('enc.copied')}
          link={key}
        />
      )}
      <div class="row">
        <Button
          kind={since === null ? 'soft' : 'quiet-btn'}
          size="desk"
          busy={busy && t('enc.making')}
          onClick={make}
        >
          {t(since === null ? 'enc.make' : 'enc.again')}
        </Button>
        {since !== null && (
          <Button kind="bare" size="desk" disabled={busy} onClick={end}>
            {t('enc.end')}
          </Button>
        )}
        {since !== null && key === null && (
          <span class="quieter push">
            {t('enc.since', { when: `${dayName(since, serverNow())} ${at(since)}` })}
          </span>
        )}
      </div>
      <p class="quiet">{t('enc.help')}</p>
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
    <p role="status">
      <Badge tone="good" dot>
        {t('enc.arrives', { n: (arrival.bitrate / 1e6).toFixed(1) })}
      </Badge>
    </p>
  )
}
