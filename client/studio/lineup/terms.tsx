import { useId } from 'preact/hooks'
import type { ShownProduct } from '../../api/room.ts'
import { Choice } from '../../ui/field.tsx'
import { g } from './words-auction.ts'

type WhichProps = { product: ShownProduct; variantId: string; onChoose: (id: string) => void }

/** Which variant of a product stands before the room; one with a single variant is not asked about. */
export function WhichOne({ product, variantId, onChoose }: WhichProps) {
  const id = useId()
  if (product.variants.length < 2) return null
  return (
    <div class="field">
      <label for={id}>{g('variant')}</label>
      <select
        id={id}
        class="input"
        value={variantId}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {product.variants.map((variant) => (
          <option key={variant.id} value={variant.id}>
            {variant.title}
          </option>
        ))}
      </select>
    </div>
  )
}

type PickedProps = {
  label: string
  of: number[]
  value: number
  onChoose: (ms: number) => void
}

/** A length of time out of a few. */
export function Picked({ label, of, value, onChoose }: PickedProps) {
  return (
    <div class="field">
      <span class="label">{label}</span>
      <Choice
        label={label}
        value={String(value)}
        onChoose={(ms) => onChoose(Number(ms))}
        options={of.map((ms) => ({ value: String(ms), label: spanOf(ms) }))}
      />
    </div>
  )
}

function spanOf(ms: number): string {
  if (ms === 0) return g('sudden')
  return ms < 60_000 ? g('s', { n: ms / 1_000 }) : g('min', { n: ms / 60_000 })
}
