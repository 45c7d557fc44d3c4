import { useEffect, useRef, useState } from 'preact/hooks'
import type { ShownGiveaway } from '../../shared/domain/giveaway.ts'
import { findVariant, variantName } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { useRest } from '../ui/clocks.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { Icon } from '../ui/icon.tsx'
import { plain, rich } from '../ui/rich.tsx'
import { at, countdown } from '../ui/time.ts'
import { useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { w } from '../ui/words-giveaway.ts'
import { enterGiveaway, entryIn } from './enter.ts'
import type { Visit } from './visit.ts'

/** After this long it is old news, but to who has won. */
const overMs = 120_000

type Props = { visit: Visit; room: Room; offline: boolean }
type PlateProps = { visit: Visit; giveaway: ShownGiveaway }
type OpenProps = PlateProps & { offline: boolean }

/** What the host gives away: one tap to be in, then who won, and the way to check it. */
export function Giveaway({ visit, room, offline }: Props) {
  const { giveaway } = room
  const fresh = useRest(giveaway?.endedAt == null ? null : Date.parse(giveaway.endedAt) + overMs)
  const place = useFocusKept<HTMLElement>(giveaway && mineOf(visit, giveaway))
  if (giveaway === null) return null
  // Who has won is told so, whatever they hid and however late they come.
  const isWon = prizeOf(visit, giveaway) !== undefined
  const isHidden = visit.hiddenGiveaway.value === giveaway.giveawayId
  const isOld = giveaway.endedAt !== null && fresh === 0
  if (!isWon && (isHidden || isOld)) return null
  return (
    <section
      ref={place}
      class="shown-giveaway"
      data-zone="paper"
      aria-label={w('giveaway')}
      tabIndex={-1}
    >
      <header>
        <h2>{w('title.of', { title: titleOf(room, giveaway) })}</h2>
        {!isWon && (
          <Button
            kind="bare"
            size="desk"
            icon="close"
            aria-label={w('hide')}
            onClick={() => (visit.hiddenGiveaway.value = giveaway.giveawayId)}
          />
        )}
      </header>
      {giveaway.endedAt === null ? (
        <Running {...{ visit, giveaway, offline }} />
      ) : (
        <Over visit={visit} giveaway={giveaway} />
      )}
    </section>
  )
}

function titleOf(room: Room, { variantId }: ShownGiveaway): string {
  const found = findVariant(room, variantId)
  return found === null ? '' : variantName(found.product, found.variant)
}

/** The number of who looks, if they are in. */
const mineOf = (visit: Visit, giveaway: ShownGiveaway) => entryIn(visit, giveaway)?.number

/** What the winner has in the bag: nobody pays nothing for anything else. */
function prizeOf(visit: Visit, { variantId }: ShownGiveaway) {
  return visit.bag.value.find((line) => line.variantId === variantId && line.price.amount === 0)
}

function Running({ visit, giveaway, offline }: OpenProps) {
  const rest = useRest(giveaway.endsAt)
  return (
    <>
      <p class="quiet small num">
        {giveaway.entries === 0 ? w('in.none') : w('in', { n: giveaway.entries })} · {w('ends')}{' '}
        <time dateTime={giveaway.endsAt}>{countdown(rest / 1000)}</time>
      </p>
      <Enter {...{ visit, giveaway, offline }} isOver={rest === 0} />
    </>
  )
}

function Enter({ visit, giveaway, offline, isOver }: OpenProps & { isOver: boolean }) {
  const [busy, run] = useBusy()
  const mine = mineOf(visit, giveaway)
  const role = visit.store.you.value?.role
  const runsIt = role === 'host' || role === 'moderator' || role === 'admin'
  if (mine !== undefined) {
    return (
      <p class="row">
        <Icon name="check" size="md" />
        <b class="num">{w('you.in', { n: mine })}</b>
      </p>
    )
  }
  if (isOver || offline || runsIt) {
    return (
      <Button wide disabled>
        {isOver ? w('drawing') : offline ? t('line.offline') : w('not.yours')}
      </Button>
    )
  }
  const enter = () => run(() => enterGiveaway(visit, giveaway))
  return (
    <Button wide busy={busy && w('entering')} onClick={enter}>
      {w('enter')}
    </Button>
  )
}

function Over({ visit, giveaway }: PlateProps) {
  const { draw, reason } = giveaway
  if (draw === null) return <p>{w(reason === 'empty' ? 'empty' : 'off')}</p>
  return (
    <>
      <Won visit={visit} giveaway={giveaway} />
      <Button
        kind="soft"
        size="desk"
        onClick={() => (visit.sheet.value = { name: 'draw', giveaway })}
      >
        {w('check')}
      </Button>
    </>
  )
}

function Won({ visit, giveaway }: PlateProps) {
  const mine = mineOf(visit, giveaway)
  const prize = prizeOf(visit, giveaway)
  if (prize !== undefined) {
    return (
      <>
        <p>{rich(w('won.by.you', { time: at(prize.until) }))}</p>
        <Button wide onClick={visit.openBag}>
          {w('claim')}
        </Button>
      </>
    )
  }
  if (mine !== undefined && mine === giveaway.draw?.number) return <p>{rich(w('claimed'))}</p>
  return (
    <p>
      {wonWords(giveaway)}{' '}
      {mine !== undefined && <span class="quiet">{w('your.ticket', { n: mine })}</span>}
    </p>
  )
}

function wonWords({ draw, entries }: ShownGiveaway): string {
  const name = draw?.winner.displayName ?? ''
  return w('won.by', { name, number: draw?.number ?? 0, n: entries })
}

/** That there is something to win, and who has won it, once each. */
export function SpokenGiveaway({ visit, room }: { visit: Visit; room: Room }) {
  const [said, setSaid] = useState('')
  const known = useRef<ShownGiveaway | null>(null)
  const { giveaway } = room
  useEffect(() => {
    const before = known.current
    known.current = giveaway
    if (giveaway === null) return
    if (giveaway.endedAt === null && before?.giveawayId !== giveaway.giveawayId) {
      setSaid(plain(w('say.opened', { title: titleOf(room, giveaway) })))
    }
    if (giveaway.draw !== null && before?.giveawayId === giveaway.giveawayId) {
      const isMine = mineOf(visit, giveaway) === giveaway.draw.number
      setSaid(isMine ? w('won.you') : wonWords(giveaway))
    }
  }, [giveaway?.giveawayId, giveaway?.endedAt])
  return (
    <p class="sr" role="status">
      {said}
    </p>
  )
}
