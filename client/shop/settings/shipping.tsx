import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { sign } from '../../ui/money.ts'
import { CurrencySelect, freeCurrency } from '../goods/currency.tsx'
import { g } from '../goods/words-goods.ts'
import type { ErrorAt } from './settings.tsx'
import type { ShippingDraft } from './settings-draft.ts'

const rowsMax = 20

/** One flat price a currency, and the sum from which it is free. */
export function Shipping(props: {
  rows: ShippingDraft[]
  onChange: (rows: ShippingDraft[]) => void
  errorAt: ErrorAt
}) {
  const { rows, onChange, errorAt } = props
  const taken = rows.map(({ currency }) => currency)
  return (
    <>
      {rows.length === 0 && <p class="small">{g('shipping.none')}</p>}
      <div class="shipping-rows">
        {rows.map((row, i) => (
          <Row
            key={row.currency}
            row={row}
            taken={taken}
            errorAt={(name) => errorAt(`shipping/${i}/${name}`)}
            onChange={(to) => onChange(rows.map((one) => (one === row ? { ...row, ...to } : one)))}
            onRemove={() => onChange(rows.filter((one) => one !== row))}
          />
        ))}
      </div>
      {rows.length < rowsMax && (
        <Button
          kind="quiet-btn"
          size="desk"
          icon="plus"
          onClick={() =>
            onChange([...rows, { currency: freeCurrency(taken), price: '', freeFrom: '' }])
          }
        >
          {g('shipping.add')}
        </Button>
      )}
    </>
  )
}

function Row(props: {
  row: ShippingDraft
  taken: string[]
  errorAt: ErrorAt
  onChange: (to: Partial<ShippingDraft>) => void
  onRemove: () => void
}) {
  const { row, errorAt, onChange } = props
  const sum = (name: 'price' | 'freeFrom') => ({
    desk: true,
    unit: sign(row.currency),
    inputMode: 'decimal' as const,
    dir: 'ltr' as const,
    autocomplete: 'off' as const,
    value: row[name],
    error: errorAt(name),
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ [name]: event.currentTarget.value }),
  })
  return (
    <div
      class="shipping-row"
      role="group"
      aria-label={g('shipping.group', { currency: row.currency })}
    >
      <CurrencySelect
        label={g('currency')}
        value={row.currency}
        taken={props.taken}
        onChange={(currency) => onChange({ currency })}
      />
      <Field {...sum('price')} label={g('shipping.price')} />
      <Field {...sum('freeFrom')} label={g('shipping.free')} help={g('shipping.free.help')} />
      <Button
        kind="bare"
        size="desk"
        icon="trash"
        aria-label={g('shipping.remove', { currency: row.currency })}
        onClick={props.onRemove}
      />
    </div>
  )
}
