import { type Money, money, priceParts } from './money.ts'
import { t } from './words.ts'

/** Longer than this (`¥1,234,500`) and the ticket's big figures no longer fit. */
const longFrom = 8

type Props = { now: Money; was?: Money | null | undefined; size?: 'sm' | 'md' | 'lg' | 'xl' }

/** A price like on a ticket: whole digits big, minor digits raised, what it was struck out. */
export function Price({ now, was, size = 'md' }: Props) {
  const text = money(now)
  const struck = was && was.amount > now.amount ? <Was price={was} /> : null
  return (
    <p class={`price ${size}${text.length >= longFrom ? ' long' : ''}`}>
      {size === 'md' && struck}
      <span class="now num">
        <span aria-hidden="true">
          {priceParts(now).map((part, i) =>
            part.kind === 'minor' ? <sup key={i}>{part.text}</sup> : part.text,
          )}
        </span>
        <span class="sr">{text}</span>
      </span>
      {size !== 'md' && struck}
    </p>
  )
}

export function Was({ price }: { price: Money }) {
  return (
    <s class="was num">
      <span class="sr">{t('was')} </span>
      {money(price)}
    </s>
  )
}
