import { Refused, type RefusedCode } from '../../api/refused.ts'
import type { Room } from '../../api/room.ts'
import { line, tryNow } from '../../api/socket.ts'
import { Badge } from '../../ui/badge.tsx'
import { Brand } from '../../ui/brand.tsx'
import { Button } from '../../ui/button.tsx'
import { useRest } from '../../ui/clocks.tsx'
import { sentence } from '../../ui/refusal.ts'
import { plain, rich } from '../../ui/rich.tsx'
import { Strip } from '../../ui/states.tsx'
import { countdown } from '../../ui/time.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { Elapsed } from './elapsed.tsx'

type Props = { desk: Desk; room: Room }

/** A host who drops may return for so long without anybody asking: WIRE, States. */
const graceMs = 30_000

export function AirTop({ desk, room }: Props) {
  const off = isOff(desk, room)
  const verdict = desk.air.verdict.value
  const since = room.show.startedAt
  const tone = verdict?.is === 'weak' ? 'info' : verdict?.is === 'lost' ? 'bad' : 'good'
  return (
    <header class="desk-top">
      <Brand word={t('studio')} />
      <h1 class="one-line">{room.show.title}</h1>
      {off ? (
        <OffBadge room={room} />
      ) : (
        <Badge tone="live">
          {t('on.air')} {since !== null && <Elapsed since={since} />}
        </Badge>
      )}
      {!off && verdict !== null && (
        <Badge tone={tone} dot>
          {t(`is.${verdict.is}`)}
        </Badge>
      )}
      <Button
        kind="bare"
        size="desk"
        icon="share"
        class="push hide-words"
        onClick={() => (desk.sheet.value = 'share')}
      >
        <span>{t('share')}</span>
      </Button>
      {!off && isSending(desk) && (
        <Button
          kind="quiet-btn"
          size="desk"
          icon="clock"
          class="hide-words"
          onClick={desk.goOffAir}
        >
          <span>{t('brb')}</span>
        </Button>
      )}
      <Button kind="stop-quiet" size="desk" onClick={() => (desk.sheet.value = 'end')}>
        {t('end.show')}
      </Button>
    </header>
  )
}

function isSending({ air }: Desk): boolean {
  const { at } = air.state.value
  return at === 'on' || at === 'connecting' || at === 'reconnecting'
}

/** Nothing of this window reaches the viewers, and nobody else sends for it. */
function isOff(desk: Desk, room: Room): boolean {
  if (room.show.status === 'interrupted' || desk.away.value) return true
  const state = desk.air.state.value
  const { at } = state
  // Whoever took the air has put something on it, before any of it arrives.
  if (state.at === 'over' && state.why === 'replaced') return room.producers.length === 0
  if (at === 'on' || at === 'connecting' || desk.air.elsewhere.value) return false
  // Until the server was asked what arrives, the show says whether somebody sends.
  return desk.air.arrival.value !== null || room.producers.length === 0
}

function OffBadge({ room }: { room: Room }) {
  const rest = useRest(graceEnd(room))
  return (
    <Badge tone="time" icon="clock">
      {t('off.air')}
      {rest > 0 && (
        <>
          {', '}
          <span class="num">{countdown(rest / 1000)}</span>
        </>
      )}
    </Badge>
  )
}

function graceEnd(room: Room): number {
  const { interruptedAt } = room.show
  return interruptedAt === null ? 0 : Date.parse(interruptedAt) + graceMs
}

/** States that last, under the top row: no line, off the air, another window. */
export function Strips({ desk, room }: Props) {
  return (
    <div class="strips">
      {line.value === 'down' && (
        <Strip tone="bad" icon="offline" alert>
          {rich(t('line.down'))}
          <StripDo label={t('line.try')} run={tryNow} />
        </Strip>
      )}
      {line.value !== 'down' && <AirStrip desk={desk} room={room} />}
    </div>
  )
}

function AirStrip({ desk, room }: Props) {
  const rest = useRest(graceEnd(room))
  const state = desk.air.state.value
  const { at } = state
  const back = <StripDo label={t('brb.back')} run={desk.goOnAir} kind="fill" />
  if (state.at === 'over' && state.why === 'replaced') {
    return (
      <Strip icon="info">
        {rich(t('away.replaced'))}
        <StripDo label={t('away.take')} run={desk.goOnAir} />
      </Strip>
    )
  }
  if (state.at === 'over') {
    return (
      <Strip tone="bad" icon="alert" alert>
        {rich(t('away.refused', { why: whyNot(state.why) }))}
        {back}
      </Strip>
    )
  }
  if (desk.away.value) {
    return (
      <Strip tone="time" icon="clock">
        {rich(t('away.chosen'))}
        {back}
      </Strip>
    )
  }
  if (!isOff(desk, room)) {
    if (at !== 'off' || desk.source.kind.value === 'encoder') return null
    return (
      <Strip icon="info">
        {rich(t('away.replaced'))}
        <StripDo label={t('away.take')} run={desk.goOnAir} />
      </Strip>
    )
  }
  const words = rest > 0 ? t('away.rest', { rest: countdown(rest / 1000) }) : t('away.over')
  const trying = at === 'connecting' || at === 'reconnecting'
  return (
    <Strip tone="time" icon="clock">
      {rich(words)} {trying ? t('away.trying') : back}
    </Strip>
  )
}

/** The code of a refusal, as a sentence. */
function whyNot(code: string): string {
  return plain(sentence(new Refused(code as RefusedCode, code)))
}

type StripDoProps = { label: string; run: () => void; kind?: 'fill' | 'quiet-btn' }

function StripDo({ label, run, kind = 'quiet-btn' }: StripDoProps) {
  return (
    <Button kind={kind} size="desk" onClick={run}>
      {label}
    </Button>
  )
}
