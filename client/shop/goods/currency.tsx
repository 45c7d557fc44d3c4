import { useId } from 'preact/hooks'
import { isCurrency } from '../../../shared/domain/money.ts'
import { locale } from '../../ui/money.ts'

const names = new Intl.DisplayNames(locale, { type: 'currency' })

/** The currencies that most shops need stand first; the rest by code. */
const usual = ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'JPY', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'INR']
const others = Intl.supportedValuesOf('currency')
  .filter((code) => isCurrency(code) && !usual.includes(code))
  .sort()

export function CurrencySelect(props: {
  label: string
  value: string
  taken?: readonly string[]
  disabled?: boolean
  onChange: (code: string) => void
}) {
  const id = useId()
  const option = (code: string) => (
    <option key={code} value={code} disabled={code !== props.value && props.taken?.includes(code)}>
      {code}, {names.of(code)}
    </option>
  )
  return (
    <div class="field currency">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="input desk"
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        <optgroup label="–">{usual.map(option)}</optgroup>
        <optgroup label="A–Z">{others.map(option)}</optgroup>
      </select>
    </div>
  )
}

/** The first usual currency that has no row yet. */
export function freeCurrency(taken: readonly string[]): string {
  return [...usual, ...others].find((code) => !taken.includes(code)) ?? 'USD'
}
