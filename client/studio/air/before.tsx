import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import type { Room } from '../../api/room.ts'
import { t as h } from '../../host/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Brand } from '../../ui/brand.tsx'
import { Button } from '../../ui/button.tsx'
import { useRest } from '../../ui/clocks.tsx'
import { Icon } from '../../ui/icon.tsx'
import { at, countdown, dayName } from '../../ui/time.ts'
import { useAsked, useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { LineupPane } from '../lineup/lineup.tsx'
import { Encoder } from '../source/encoder.tsx'
import { OwnControls, OwnVideo } from '../source/own-picture.tsx'
import { Devices, SourceTabs, TitleField } from '../source/setup.tsx'
import { t } from '../words.ts'
import { Ready } from './ready.tsx'

type Props = { desk: Desk; room: Room }

/** Mirror, set-up and the list of what is ready. Go live is the only filled button. */
export function Before({ desk, room }: Props) {
  const encoder = desk.source.kind.value === 'encoder'
  const waiting = room.viewers
  return (
    <>
      <Top desk={desk} room={room} />
      <main class="before panes">
        <section class="mirror" data-zone="glass" aria-label={t('preview')}>
          <OwnVideo source={desk.source} showId={desk.showId} />
          <p class="over">
            <Badge tone="glass">{t('only.you')}</Badge>
          </p>
          {!encoder && <OwnControls source={desk.source} />}
        </section>
        <section class="ready" aria-label={t('setup')}>
          <SourceTabs source={desk.source} />
          <Devices source={desk.source} />
          {encoder && <Encoder showId={desk.showId} air={desk.air} />}
          <TitleField desk={desk} room={room} />
          <Ready desk={desk} room={room} />
          <p class="plate">
            <Icon name="info" />
            <span>{waiting > 0 ? t('waiting', { n: waiting }) : t('waiting.none')}</span>
          </p>
          <Letters showId={desk.showId} />
          <LineupPane desk={desk} room={room} live={false} />
        </section>
      </main>
    </>
  )
}

/** Who hears that it begins without standing before the window. */
function Letters({ showId }: { showId: string }) {
  const params = { id: showId }
  const { value } = useAsked(() => call('GET', '/shows/:id/letters', { params }), [showId])
  if (value === undefined || value.people === 0) return null
  return (
    <p class="plate">
      <Icon name="bell" />
      <span>{h('letters', { n: value.people })}</span>
    </p>
  )
}

function Top({ desk, room }: Props) {
  const [busy, run] = useBusy()
  const goLive = () =>
    run(async () => {
      const started = await act(() =>
        call('POST', '/shows/:id/start', { params: { id: desk.showId } }),
      )
      if (started) desk.goOnAir()
    })
  const encoder = desk.source.kind.value === 'encoder'
  const ready = encoder ? desk.air.elsewhere.value : desk.source.stream.value !== null
  return (
    <header class="desk-top">
      <Brand word={t('studio')} />
      <h1 class="one-line">{room.show.title}</h1>
      <StartsIn startsAt={room.show.startsAt} />
      <Button
        kind="bare"
        size="desk"
        icon="share"
        class="push hide-words"
        onClick={() => (desk.sheet.value = 'share')}
      >
        <span>{t('share')}</span>
      </Button>
      <Button
        kind="stop"
        size="desk"
        disabled={!ready}
        busy={busy && t('going.live')}
        onClick={goLive}
      >
        {ready ? t('go.live') : t('no.picture')}
      </Button>
    </header>
  )
}

/** A clock under an hour, the day and time before that. */
function StartsIn({ startsAt }: { startsAt: string | null }) {
  const rest = useRest(startsAt)
  if (startsAt === null || rest === 0) return null
  if (rest >= 3_600_000) {
    return (
      <Badge icon="calendar">
        {dayName(startsAt, serverNow())} <span class="num">{at(startsAt)}</span>
      </Badge>
    )
  }
  return (
    <Badge tone="time" icon="clock">
      {t('opens.in')} <span class="num">{countdown(rest / 1000)}</span>
    </Badge>
  )
}
