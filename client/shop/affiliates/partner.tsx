import { useState } from 'preact/hooks'
import type { Affiliate, AffiliateSums } from '../../../shared/wire/affiliates.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { money, rateWords } from '../../ui/money.ts'
import { at, onDay } from '../../ui/time.ts'
import { End, Rate } from './partner-forms.tsx'
import { Pay } from './pay.tsx'
import { Payouts } from './payouts.tsx'
import { w } from './words-affiliates.ts'

type Props = { partner: Affiliate; onChange: (now: Affiliate) => void; again: () => void }
type Doing = { what: 'rate' | 'end' | 'payouts' } | { what: 'pay'; of: AffiliateSums } | null

export function Partner({ partner, onChange, again }: Props) {
  const [doing, setDoing] = useState<Doing>(null)
  const { displayName: name, endedAt, sums } = partner
  const place = useFocusKept<HTMLLIElement>(doing)
  const close = () => setDoing(null)
  const done = (now: Affiliate) => {
    onChange(now)
    close()
  }
  return (
    <li ref={place} class="show-row" tabIndex={-1}>
      <span class="what">
        <b>
          <bdi>{name}</bdi>
        </b>
        <small class="quiet">{factsOf(partner).join(' · ')}</small>
        {sums.length === 0 && <small class="quiet">{w('no.orders')}</small>}
        {sums.map((of) => (
          <small key={of.sold.currency} class="num">
            {sumsOf(of).join(' · ')}
          </small>
        ))}
      </span>
      {endedAt !== null && <Badge>{w('over')}</Badge>}
      <Acts partner={partner} doing={doing} start={setDoing} />
      {doing?.what === 'rate' && <Rate partner={partner} done={done} close={close} />}
      {doing?.what === 'payouts' && <Payouts partner={partner} />}
      {doing?.what === 'end' && <End partner={partner} done={done} close={close} />}
      {doing?.what === 'pay' && (
        <Pay
          partner={partner}
          of={doing.of}
          done={() => {
            close()
            again()
          }}
          close={close}
        />
      )}
    </li>
  )
}

type ActsProps = { partner: Affiliate; doing: Doing; start: (doing: Doing) => void }

function Acts({ partner: { displayName: name, endedAt, sums }, doing, start }: ActsProps) {
  const isListed = doing?.what === 'payouts'
  return (
    <span class="row acts">
      {sums
        .filter(({ owed }) => owed.amount > 0)
        .map((of) => (
          <Button
            key={of.owed.currency}
            size="desk"
            aria-label={w('pay.to', { sum: money(of.owed), name })}
            onClick={() => start({ what: 'pay', of })}
          >
            {w('pay', { sum: money(of.owed) })}
          </Button>
        ))}
      {sums.some(({ paid }) => paid.amount > 0) && (
        <Button
          kind="quiet-btn"
          size="desk"
          aria-label={w('payouts.label', { name })}
          aria-expanded={isListed}
          onClick={() => start(isListed ? null : { what: 'payouts' })}
        >
          {w('payouts')}
        </Button>
      )}
      {endedAt === null && (
        <>
          <Button
            kind="quiet-btn"
            size="desk"
            aria-label={w('rate.label', { name })}
            onClick={() => start({ what: 'rate' })}
          >
            {w('rate')}
          </Button>
          <Button
            kind="stop-quiet"
            size="desk"
            aria-label={w('end.label', { name })}
            onClick={() => start({ what: 'end' })}
          >
            {w('end')}
          </Button>
        </>
      )}
    </span>
  )
}

function factsOf({ email, rateBps, changesAt, joinedAt, endedAt }: Affiliate): string[] {
  return [
    email ?? '',
    rateBps === null ? w('rate.shop') : w('rate.own', { rate: rateWords(rateBps) }),
    changesAt === null ? '' : w('rate.later', { when: at(changesAt) }),
    w('joined.on', { day: onDay(joinedAt) }),
    endedAt === null ? '' : w('ended.on', { day: onDay(endedAt) }),
  ].filter((fact) => fact !== '')
}

function sumsOf({
  orders,
  sold,
  earned,
  waiting,
  back,
  owed,
  paid,
  over,
}: AffiliateSums): string[] {
  return [
    w('orders', { n: orders, sold: money(sold) }),
    w('earned', { sum: money(earned) }),
    waiting.amount > 0 ? w('waiting', { sum: money(waiting) }) : '',
    back.amount > 0 ? w('back', { sum: money(back) }) : '',
    owed.amount > 0 ? w('owed', { sum: money(owed) }) : '',
    paid.amount > 0 ? w('paid', { sum: money(paid) }) : '',
    over.amount > 0 ? w('overpaid', { sum: money(over) }) : '',
  ].filter((sum) => sum !== '')
}
