import { useState } from 'preact/hooks'
import { stockMax } from '../../../shared/limits.ts'
import { call, newKey } from '../../api/http.ts'
import { variantName } from '../../api/offers.ts'
import type { Room, ShownProduct } from '../../api/room.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Field } from '../../ui/field.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { Ask } from '../ask.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { unitsOfVariant } from './stock.ts'

type Props = { desk: Desk; room: Room; product: ShownProduct; onClose: () => void }

/** More units came in while the show runs: written to the ledger, seen on every screen. */
export function AddUnits({ desk, room, product, onClose }: Props) {
  const [variantId, setVariant] = useState(product.variants[0]?.id ?? '')
  const [text, setText] = useState('')
  const [key] = useState(newKey)
  const [busy, run] = useBusy()
  const variant = product.variants.find(({ id }) => id === variantId)
  if (variant === undefined) return null
  const n = /^\d{1,7}$/.test(text.trim()) ? Number(text) : 0
  const ok = n >= 1 && n <= stockMax
  const units = unitsOfVariant(room, desk.stock, variant.id, variant.available)

  const add = () =>
    run(async () => {
      const body = { delta: n, reason: t('stock.reason') }
      const done = await act(
        () => call('POST', '/variants/:id/stock', { params: { id: variantId }, body, key }),
        {
          text: t('stock.done', { n, free: units.free + n, title: product.title }),
          tone: 'ok',
        },
      )
      desk.stock.refresh()
      if (done) onClose()
    })

  return (
    <Ask
      title={t('stock.title', { title: variantName(product, variant) })}
      onClose={onClose}
      actions={
        <>
          <Button disabled={!ok} busy={busy && t('stock.adding')} onClick={add}>
            {t('stock.add', { n: ok ? n : 0 })}
          </Button>
          <Button kind="bare" onClick={onClose}>
            {t('cancel')}
          </Button>
        </>
      }
    >
      {product.variants.length > 1 && (
        <Choice
          label={t('sale.variant')}
          desk
          value={variantId}
          onChoose={setVariant}
          options={product.variants.map(({ id, title }) => ({ value: id, label: title }))}
        />
      )}
      <Field
        label={t('stock.units')}
        help={t('stock.help', units)}
        error={text !== '' && !ok ? t('stock.need', { max: stockMax }) : undefined}
        inputMode="numeric"
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && ok && add()}
      />
    </Ask>
  )
}
