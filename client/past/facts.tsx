import { useState } from 'preact/hooks'
import { findVariant, numberOf, variantName } from '../api/offers.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ChatLine, ChatRemoved } from '../ui/chat.tsx'
import { Field } from '../ui/field.tsx'
import { count, money, times } from '../ui/money.ts'
import { Table } from '../ui/table.tsx'
import { atSecond } from '../ui/time.ts'
import { type Moment, offerAt, type Past, saleWords } from './moment.ts'
import { t } from './words.ts'

/** Every variant of the line-up: what it cost, what was to be had, what others held. */
export function GoodsThen({ moment }: { moment: Moment }) {
  const { room, past, at } = moment
  const rows = room.products.flatMap((product) =>
    product.variants.map((variant) => ({
      product,
      variant,
      offer: offerAt(moment, product, variant),
    })),
  )
  return (
    <Table
      label={t('goods')}
      rows={rows}
      idOf={({ variant }) => variant.id}
      columns={[
        {
          key: 'product',
          title: t('product'),
          cell: ({ product, variant }) => (
            <b>
              <span class="num">{numberOf(room, product.id)}</span> {variantName(product, variant)}
            </b>
          ),
        },
        {
          key: 'state',
          title: t('state'),
          cell: ({ product, offer }) => (
            <span class="row">
              {room.pinned === product.id && <Badge tone="good">{t('pinned')}</Badge>}
              {product.pulled && <Badge tone="bad">{t('pulled')}</Badge>}
              {!product.pulled && saleWords(offer, at)}
            </span>
          ),
        },
        { key: 'price', title: t('price'), end: true, cell: ({ offer }) => money(offer.price) },
        { key: 'free', title: t('free'), end: true, cell: ({ offer }) => count(offer.left) },
        {
          key: 'held',
          title: t('held'),
          end: true,
          cell: ({ variant }) => count(past.stock[variant.id]?.held ?? 0),
        },
      ]}
    />
  )
}

/** The newest fifty lines, with when the removed ones were removed. */
export function TalkThen({ past }: { past: Past }) {
  if (past.talk.length === 0) return <p class="none quiet">{t('talk.none')}</p>
  return (
    <div class="chat talk-then">
      {past.talk.map((line) => (
        <div key={line.seq} class="said">
          <time class="num quieter" dateTime={line.at}>
            {atSecond(line.at)}
          </time>
          {line.text === null ? (
            <ChatRemoved />
          ) : (
            <ChatLine speaker={{ name: line.displayName ?? '', role: line.role ?? 'viewer' }}>
              {line.text}
            </ChatLine>
          )}
          {line.removedAt !== null && (
            <small class="quieter">{t('talk.removed', { time: atSecond(line.removedAt) })}</small>
          )}
        </div>
      ))}
    </div>
  )
}

type PersonProps = {
  moment: Moment
  accountId: string
  unknown: boolean
  onLook: (accountId: string) => void
}

/** One person's own view: muted, removed, and what they held. */
export function PersonThen({ moment, accountId, unknown, onLook }: PersonProps) {
  const [text, setText] = useState(accountId)
  const { person } = moment.past
  return (
    <div class="person-then">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onLook(text.trim())
        }}
      >
        <Field
          label={t('person.id')}
          help={t('person.help')}
          {...(unknown && { error: t('person.none') })}
          desk
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Button size="desk" kind="soft" onClick={() => onLook(text.trim())}>
          {t('person.look')}
        </Button>
      </form>
      {person !== null && <Known person={person} moment={moment} />}
    </div>
  )
}

type KnownProps = { person: NonNullable<Past['person']>; moment: Moment }

function Known({ person, moment }: KnownProps) {
  const { displayName, banned, mutedUntil, holds } = person
  return (
    <>
      <p class="row">
        <b>
          <bdi>{displayName}</bdi>
        </b>
        {banned && <Badge tone="bad">{t('person.banned')}</Badge>}
        {mutedUntil !== null && (
          <Badge tone="info">{t('person.muted', { time: atSecond(mutedUntil) })}</Badge>
        )}
        {!banned && mutedUntil === null && <Badge tone="good">{t('person.free')}</Badge>}
      </p>
      {holds.length === 0 && <p class="quiet">{t('person.no.holds')}</p>}
      <ul class="holds-then">
        {holds.map((hold) => {
          const found = findVariant(moment.room, hold.variantId)
          const title = found === null ? hold.variantId : variantName(found.product, found.variant)
          return (
            <li key={hold.holdId} class="row">
              <span class="num">{hold.quantity}</span>
              <b>{title}</b>
              <span class="num">{money(times(hold.price, hold.quantity))}</span>
              <span class="quiet push">
                {hold.state === 'active'
                  ? t('hold.active', { time: atSecond(hold.heldAt) })
                  : t(hold.state === 'ordered' ? 'hold.ordered' : 'hold.confirmed')}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}
