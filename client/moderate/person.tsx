import { useId, useState } from 'preact/hooks'
import { reasonMax } from '../../shared/limits.ts'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/field.tsx'
import { mutedWords } from '../ui/muted.ts'
import { Face } from '../ui/pic.tsx'
import { rich } from '../ui/rich.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { at, dayName } from '../ui/time.ts'
import { useAsked } from '../ui/use.ts'
import { minuteOf } from './clock.ts'
import { ban, mute, showMs, unban, unmute } from './deeds.ts'
import type { Desk, Who } from './desk.ts'
import { mayBeJudged } from './judge.ts'
import { tellAct } from './tell-act.ts'
import type { PersonCard } from './wire.ts'
import { t } from './words.ts'

const reasons = [
  'reason.insult',
  'reason.ads',
  'reason.flood',
  'reason.hate',
  'reason.scam',
  'reason.off',
] as const
const earlierMax = 3
const spans = [60_000, 600_000, 3_600_000, showMs]

/** Who wrote the message in hand, and what can be done about it in one more click. */
export function PersonCardPane({ desk }: { desk: Desk }) {
  const who = desk.person.value
  return (
    <>
      <header>
        <h2>{t('person')}</h2>
        {who !== null && (
          <Button
            kind="bare"
            size="desk"
            icon="close"
            class="push"
            aria-label={t('close')}
            onClick={() => (desk.person.value = null)}
          />
        )}
      </header>
      {who === null ? (
        <div class="person-none">
          <Empty icon="users" title={t('person.none')} help={t('person.none.help')} />
        </div>
      ) : (
        <Card key={who.accountId} desk={desk} who={who} />
      )}
    </>
  )
}

function Card({ desk, who }: { desk: Desk; who: Who }) {
  /** What was done to somebody changes their card: the newest act asks again. */
  const turn = desk.acts.items.value?.[0]?.seq
  const asked = useAsked(
    () =>
      call('GET', '/shows/:id/people/:accountId', {
        params: { id: desk.showId, accountId: who.accountId },
      }),
    [who.accountId, turn],
  )
  const card = asked.value
  if (card === undefined) {
    if (asked.refused === undefined) return <Loading rows={2} />
    return (
      <Failed title={t('person.failed')} reference={asked.refused.reference} retry={asked.again} />
    )
  }
  const staff = card.role === 'host' || card.role === 'moderator' || card.role === 'admin'
  return (
    <div class="person">
      <div class="row">
        <Face name={card.displayName} />
        <span class="person-name">
          <b class="one-line">
            <bdi>{card.displayName}</bdi>
          </b>
          <small class="quiet">{firstSeen(card)}</small>
        </span>
      </div>
      <dl class="facts-grid">
        <Fact name={t('messages')} n={card.messages} />
        <Fact name={t('messages.removed')} n={card.removed} />
        <Fact name={t('orders')} n={card.orders} />
      </dl>
      {staff && (
        <p>
          <Badge tone="info" icon="shield">
            {t(`is.${card.role as 'host' | 'moderator' | 'admin'}`)}
          </Badge>
        </p>
      )}
      {mayBeJudged(desk, card) && <Sentence desk={desk} card={card} />}
      <Earlier desk={desk} card={card} />
    </div>
  )
}

/** What was done about this person before: two lines that change how one judges. */
function Earlier({ desk, card }: { desk: Desk; card: PersonCard }) {
  const room = desk.store.room.value
  if (room === null || card.history.length === 0) return null
  const mine = desk.store.you.value?.accountId
  return (
    <div class="earlier">
      <span class="label">{t('earlier')}</span>
      <ol>
        {card.history.slice(0, earlierMax).map((act) => (
          <li key={act.seq}>
            <time class="num quieter" dateTime={act.at}>
              {minuteOf(act.at)}
            </time>{' '}
            {rich(tellAct(act, room, mine))}
          </li>
        ))}
      </ol>
    </div>
  )
}

function Fact({ name, n }: { name: string; n: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="num">{n}</dd>
    </div>
  )
}

function firstSeen({ firstSeenAt }: PersonCard): string {
  if (firstSeenAt === null) return t('first.never')
  const when = `${dayName(firstSeenAt, serverNow())}, ${at(firstSeenAt)}`
  return t('first.seen', { when: when.charAt(0).toLocaleLowerCase() + when.slice(1) })
}

function Sentence({ desk, card }: { desk: Desk; card: PersonCard }) {
  const who = { accountId: card.accountId, displayName: card.displayName }
  if (card.banned) {
    return (
      <div class="row">
        <Badge tone="bad" icon="ban">
          {t('is.banned')}
        </Badge>
        <Button kind="quiet-btn" size="desk" class="push" onClick={() => void unban(desk, who)}>
          {t('unban')}
        </Button>
      </div>
    )
  }
  const muteMs = desk.muteMs.value
  return (
    <>
      <div class="field">
        <span class="label">{t('mute.for')}</span>
        <Choice
          label={t('mute.for')}
          desk
          value={String(muteMs)}
          onChoose={(value) => (desk.muteMs.value = Number(value))}
          options={spans.map((ms) => ({ value: String(ms), label: shortSpan(ms) }))}
        />
      </div>
      <Reason desk={desk} />
      {card.mutedUntil !== null && (
        <div class="row">
          <Badge tone="time" icon="mute">
            {mutedWords(card.mutedUntil)}
          </Badge>
          <Button kind="quiet-btn" size="desk" class="push" onClick={() => void unmute(desk, who)}>
            {t('unmute')}
          </Button>
        </div>
      )}
      <div class="row">
        <Button size="desk" icon="mute" class="grow" onClick={() => void mute(desk, who)}>
          {muteWords(muteMs)}
        </Button>
        <Button kind="stop-quiet" size="desk" icon="ban" onClick={() => void ban(desk, who)}>
          {t('ban')}
        </Button>
      </div>
    </>
  )
}

function shortSpan(ms: number): string {
  if (ms >= showMs) return t('for.show')
  return ms >= 3_600_000 ? t('n.h', { n: ms / 3_600_000 }) : t('n.min', { n: ms / 60_000 })
}

function muteWords(ms: number): string {
  if (ms >= showMs) return t('mute.show')
  return ms >= 3_600_000 ? t('mute.h', { n: ms / 3_600_000 }) : t('mute.min', { n: ms / 60_000 })
}

/** The person reads it, so it is a choice of plain words, or one's own. */
function Reason({ desk }: { desk: Desk }) {
  const id = useId()
  const listed = reasons.map((key) => t(key))
  const other = t('reason.other')
  const [own, setOwn] = useState(!listed.includes(desk.reason.value))
  return (
    <div class="field">
      <label for={id}>{t('reason')}</label>
      <select
        id={id}
        class="input desk"
        value={own ? other : desk.reason.value}
        onChange={(event) => {
          const { value } = event.currentTarget
          setOwn(value === other)
          desk.reason.value = value === other ? '' : value
        }}
      >
        {listed.map((words) => (
          <option key={words}>{words}</option>
        ))}
        <option>{other}</option>
      </select>
      {own && (
        <input
          class="input desk"
          aria-label={t('reason.own')}
          maxLength={reasonMax}
          value={desk.reason.value}
          onInput={(event) => (desk.reason.value = event.currentTarget.value)}
        />
      )}
    </div>
  )
}
