import { useEffect } from 'preact/hooks'
import type { Delivery, Webhook } from '../../../shared/wire/hooks.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { atSecond, dayName } from '../../ui/time.ts'
import { useAsked, useBusy, useEvery } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { w } from './words-connections.ts'

/** What goes out now is looked after so often. */
const lookMs = 2_000
const pageLines = 10

const tones: Record<Delivery['state'], Tone> = { waiting: 'info', delivered: 'good', failed: 'bad' }

type Props = {
  webhook: Webhook
  /** Something came to its end: the webhook may be off now. */
  settled: () => void
}

/** The last of what was sent, newest first. */
export function Deliveries({ webhook, settled }: Props) {
  const { id, off } = webhook
  const read = (cursor?: string) =>
    call('GET', '/merchant/webhooks/:id/deliveries', {
      params: { id },
      query: { limit: pageLines, ...(cursor === undefined ? {} : { cursor }) },
    })
  const { value, refused, again, set } = useAsked(() => read(), [id, off])
  const going = value?.items.some(isGoing) ?? false
  useEvery(lookMs, () => going && again())
  useEffect(() => {
    if (value !== undefined && !going) settled()
  }, [going])
  const showMore = async () => {
    const more = await read(value?.nextCursor ?? undefined)
    set((known) => ({ ...more, items: [...(known?.items ?? []), ...more.items] }))
  }
  return (
    <section>
      <h2>{w('deliveries')}</h2>
      {off === null && <Test id={id} done={again} />}
      {value === undefined ? (
        refused === undefined ? (
          <Loading rows={3} />
        ) : (
          <NotHere refused={refused} title={w('deliveries.failed')} again={again} />
        )
      ) : value.items.length === 0 ? (
        <Empty icon="send" title={w('deliveries.none')} help={w('deliveries.none.help')} />
      ) : (
        <>
          <ul class="show-rows delivery-rows">
            {value.items.map((delivery) => (
              <Row key={delivery.id} of={webhook} delivery={delivery} onAgain={again} />
            ))}
          </ul>
          {value.nextCursor !== null && <MoreRows showMore={showMore} />}
        </>
      )}
    </section>
  )
}

type TestProps = { id: string; done: () => void }

function Test({ id, done }: TestProps) {
  const [busy, run] = useBusy(tell)
  const test = () =>
    run(async () => {
      await call('POST', '/merchant/webhooks/:id/test', { params: { id } })
      done()
    })
  return (
    <span>
      <Button kind="quiet-btn" size="desk" busy={busy && w('testing')} onClick={test}>
        {w('test')}
      </Button>
    </span>
  )
}

/** On its way, for the first time or once more. */
const isGoing = ({ state, answer }: Delivery) => state === 'waiting' && answer === null

type RowProps = { of: Webhook; delivery: Delivery; onAgain: () => void }

function Row({ of, delivery, onAgain }: RowProps) {
  const { type, state, body, answer, status } = delivery
  return (
    <li class="show-row">
      <details class="what">
        <summary>
          <b dir="ltr">{type}</b> <small class="quiet num">{factsOf(delivery).join(' · ')}</small>
        </summary>
        <span class="label">{w('what')}</span>
        <pre dir="ltr">{pretty(body)}</pre>
        {answer !== null && (
          <>
            <span class="label">{w('what.answer')}</span>
            <pre dir="ltr">
              {status === null ? w('no.answer', { why: answer }) : answer || w('answer.empty')}
            </pre>
          </>
        )}
      </details>
      <Badge tone={tones[state]}>{w(state === 'failed' ? 'not.delivered' : state)}</Badge>
      {of.off === null && !isGoing(delivery) && (
        <span class="row acts">
          <Again of={of} delivery={delivery} onAgain={onAgain} />
        </span>
      )}
    </li>
  )
}

function Again({ of, delivery, onAgain }: RowProps) {
  const [busy, run] = useBusy(tell)
  const params = { id: of.id, deliveryId: delivery.id }
  const send = () =>
    run(async () => {
      await call('POST', '/merchant/webhooks/:id/deliveries/:deliveryId/again', { params })
      onAgain()
    })
  return (
    <Button
      kind="quiet-btn"
      size="desk"
      busy={busy && w('sending')}
      aria-label={w('again.label', { type: delivery.type })}
      onClick={send}
    >
      {w('again')}
    </Button>
  )
}

function factsOf({ createdAt, attempts, status, answer, state, nextAt }: Delivery): string[] {
  const when = (instant: string) => `${dayName(instant, serverNow())}, ${atSecond(instant)}`
  const said = status === null ? answer : w('answered', { status: String(status) })
  return [
    when(createdAt),
    attempts === 0 ? w('tried.never') : w('tries', { n: attempts }),
    ...(said === null ? [] : [said]),
    ...(state === 'waiting' && attempts > 0 && nextAt !== null
      ? [w('next', { when: when(nextAt) })]
      : []),
  ]
}

const pretty = (body: string) => JSON.stringify(JSON.parse(body), null, 2)
