import { Badge } from '../../ui/badge.tsx'
import { count, money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import type { Column } from '../../ui/table.tsx'
import { StockBar } from '../../ui/tabs.tsx'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { type Good, unitsOf } from './goods-list.ts'

export const stockColumns: Column<Good>[] = [
  { key: 'variant', title: t('col.variant'), cell: (good) => <Thing good={good} /> },
  {
    key: 'sku',
    title: t('col.sku'),
    cell: ({ variant }) => <bdi class="sku">{variant.sku}</bdi>,
  },
  { key: 'price', title: t('col.price'), end: true, cell: ({ variant }) => money(variant.price) },
  {
    key: 'onHand',
    title: t('col.on.hand'),
    end: true,
    cell: (good) => <Units of={good} figure="onHand" word={t('on.hand')} />,
  },
  {
    key: 'where',
    title: t('col.where'),
    cell: ({ variant }) => <StockBar {...unitsOf(variant)} />,
  },
  {
    key: 'sold',
    title: t('col.sold'),
    end: true,
    cell: (good) => <Units of={good} figure="sold" word={t('sold')} />,
  },
  {
    key: 'held',
    title: t('col.held'),
    end: true,
    cell: (good) => <Units of={good} figure="held" word={t('held')} />,
  },
  { key: 'free', title: t('col.free'), end: true, cell: (good) => <Free good={good} /> },
]

/** `Low bowl, Moss, 18 cm`: a variant is called by its product and its own name. */
export function goodName({ product, variant }: Good): string {
  return variant.title === '' ? product.title : `${product.title}, ${variant.title}`
}

function Thing({ good: { product, variant } }: { good: Good }) {
  const { free } = unitsOf(variant)
  return (
    <span class="thing">
      <Pic src={product.images[0]} gone={free === 0 || product.status === 'archived'} />
      <span>
        <a class="row-link" href={here({ variant: variant.id })} data-row={variant.id}>
          <b>{product.title}</b>
          <small>
            {variant.title}
            {product.status === 'archived' && <> · {t('archived')}</>}
          </small>
        </a>
      </span>
    </span>
  )
}

/** A figure; its word stands beside it where the row has no head above it. */
function Units(props: { of: Good; figure: 'onHand' | 'sold' | 'held'; word: string }) {
  return (
    <>
      {count(unitsOf(props.of.variant)[props.figure])}
      <span class="unit-word"> {props.word}</span>
    </>
  )
}

function Free({ good }: { good: Good }) {
  const { free, held } = unitsOf(good.variant)
  if (free === 0 && held === 0) return <Badge tone="bad">{t('sold.out')}</Badge>
  return (
    <>
      <b>{count(free)}</b>
      <span class="unit-word"> {t('free')}</span>
    </>
  )
}
