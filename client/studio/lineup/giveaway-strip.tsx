import { useState } from 'preact/hooks'
import type { ShownGiveaway } from '../../../shared/domain/giveaway.ts'
import type { Room } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Countdown, useRest } from '../../ui/clocks.tsx'
import { Icon } from '../../ui/icon.tsx'
import { rich } from '../../ui/rich.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { Ask } from '../ask.tsx'
import { v } from './words-giveaway.ts'

/** `mayDraw`: who looks is the host. */
type Props = { showId: string; room: Room; mayDraw?: boolean }

/** The giveaway that runs, for who may end it; or how the last one ended, until it is put away. */
export function GiveawayStrip({ showId, room, mayDraw = false }: Props) {
  const [closed, setClosed] = useState('')
  const { giveaway } = room
  if (giveaway === null) return null
  const title = room.products.find(({ id }) => id === giveaway.productId)?.title ?? ''
  if (giveaway.endedAt === null) {
    return <Runs key={giveaway.giveawayId} {...{ showId, giveaway, title, mayDraw }} />
  }
  const words = overWords(giveaway, title)
  const name = `${giveaway.giveawayId} ${giveaway.unclaimed}`
  if (words === null || closed === name) return null
  return (
    <div class="strip" role="status">
      <Icon name={giveaway.unclaimed || giveaway.draw === null ? 'info' : 'check'} />
      <span>{rich(words)}</span>
      <Button
        kind="bare"
        size="desk"
        icon="close"
        class="push"
        aria-label={v('close')}
        onClick={() => setClosed(name)}
      />
    </div>
  )
}

function overWords({ reason, draw, unclaimed }: ShownGiveaway, title: string): string | null {
  if (reason === 'empty') return v('empty', { title })
  if (draw === null) return null
  const told = { title, name: draw.winner.displayName, n: draw.number }
  return unclaimed ? v('unclaimed', told) : v('won', told)
}

type RunsProps = { showId: string; giveaway: ShownGiveaway; title: string; mayDraw: boolean }

function Runs({ showId, giveaway, title, mayDraw }: RunsProps) {
  const [asking, setAsking] = useState(false)
  const [busy, run] = useBusy()
  const { giveawayId, entries, endsAt } = giveaway
  const rest = useRest(endsAt)
  const draw = () =>
    run(async () => {
      await act(() => command('giveaway:draw', { showId, giveawayId }), {
        text: v('drew'),
        tone: 'ok',
      })
    })
  return (
    <div class="strip" role="group" aria-label={title}>
      <Icon name="heart" />
      <span>
        <span class="num">{rich(v('in', { title, n: entries }))}</span>{' '}
        <b>{rest === 0 ? v('drawing') : <Countdown until={endsAt} />}</b>
      </span>
      <span class="row push">
        {mayDraw && (
          <Button
            kind="soft"
            size="desk"
            disabled={rest === 0}
            busy={busy && v('drawing')}
            onClick={draw}
          >
            {v('draw')}
          </Button>
        )}
        <Button kind="stop-quiet" size="desk" disabled={rest === 0} onClick={() => setAsking(true)}>
          {v('cancel')}
        </Button>
      </span>
      {asking && rest > 0 && (
        <CancelAsk {...{ showId, giveaway, title }} onClose={() => setAsking(false)} />
      )}
    </div>
  )
}

type AskProps = {
  showId: string
  giveaway: ShownGiveaway
  title: string
  onClose: () => void
}

/** Asked once: people hope. */
function CancelAsk({ showId, giveaway: { giveawayId, entries }, title, onClose }: AskProps) {
  const [busy, run] = useBusy()
  const cancel = () =>
    run(async () => {
      const done = { text: v('canceled'), tone: 'plain' as const }
      await act(() => command('giveaway:cancel', { showId, giveawayId }), done)
      onClose()
    })
  return (
    <Ask
      title={v('cancel.ask', { title })}
      onClose={onClose}
      actions={
        <>
          <Button kind="stop" busy={busy && v('canceling')} onClick={cancel}>
            {v('cancel.yes')}
          </Button>
          <Button kind="quiet-btn" onClick={onClose}>
            {v('cancel.no')}
          </Button>
        </>
      }
    >
      <p class="quiet">{entries > 0 ? v('cancel.in', { n: entries }) : v('cancel.none')}</p>
    </Ask>
  )
}
