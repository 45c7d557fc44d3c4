import { useRef, useState } from 'preact/hooks'
import type { Address, SavedAddress } from '../../shared/wire/accounts.ts'
import { call } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { refreshMe } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { sentence } from '../ui/refusal.ts'
import { rich } from '../ui/rich.tsx'
import { lookAtFault, useBusy } from '../ui/use.ts'
import { t, type WordKey } from '../ui/words.ts'
import { countries, countryName, likelyCountry } from './countries.ts'
import './address.css'

/** `Torstraße 14, 10119 Berlin, Germany` */
export function addressLine({ line1, line2, postalCode, city, region, country }: Address): string {
  const town = [postalCode, city].filter(Boolean).join(' ')
  return [line1, line2, town, region, countryName(country)].filter(Boolean).join(', ')
}

type FieldName = keyof Address
type Draft = Record<FieldName, string>

const fields: { name: FieldName; label: WordKey; auto: string; optional?: true }[] = [
  { name: 'name', label: 'a.name', auto: 'name' },
  { name: 'line1', label: 'a.line1', auto: 'address-line1' },
  { name: 'line2', label: 'a.line2', auto: 'address-line2', optional: true },
  { name: 'postalCode', label: 'a.postal', auto: 'postal-code' },
  { name: 'city', label: 'a.city', auto: 'address-level2' },
  { name: 'region', label: 'a.region', auto: 'address-level1', optional: true },
]
/** These two stand side by side. */
const half = new Set<FieldName>(['postalCode', 'city'])

type Props = {
  from?: SavedAddress | undefined
  /** A name to begin with. */
  name?: string
  served?: readonly string[]
  label: string
  onSaved: (address: SavedAddress) => void
  onCancel?: () => void
}

/** Writes or changes an address of the address book. */
export function AddressForm({ from, name = '', served = [], label, onSaved, onCancel }: Props) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(from, name, served))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    lookAtFault(form.current)
  })

  const missing = (field: FieldName, optional?: true) =>
    !optional && draft[field].trim() === '' ? t('need.field') : undefined
  const set = (field: FieldName, value: string) => setDraft({ ...draft, [field]: value })

  const save = () => {
    setTried(true)
    setRefused(null)
    if (fields.some((field) => missing(field.name, field.optional) !== undefined)) return
    run(async () => {
      const saved = await store(from?.id, addressOf(draft))
      await refreshMe()
      onSaved(saved)
    })
  }

  const input = (field: (typeof fields)[number]) => (
    <Field
      key={field.name}
      label={field.optional ? `${t(field.label)} (${t('a.optional')})` : t(field.label)}
      name={field.name}
      autocomplete={`shipping ${field.auto}`}
      value={draft[field.name]}
      error={
        refused?.field(field.name) ?? (tried ? missing(field.name, field.optional) : undefined)
      }
      onInput={(event) => set(field.name, event.currentTarget.value)}
    />
  )

  return (
    <form
      ref={form}
      class="address-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
        lookAtFault(event.currentTarget)
      }}
    >
      {fields.filter(({ name }) => name === 'name' || name.startsWith('line')).map(input)}
      <div class="row halves">{fields.filter(({ name }) => half.has(name)).map(input)}</div>
      {fields.filter(({ name }) => name === 'region').map(input)}
      <CountryField
        value={draft.country}
        served={served}
        onChange={(code) => set('country', code)}
      />
      <NoFieldsFault refused={refused} />
      <div class="row form-acts">
        {onCancel !== undefined && (
          <Button kind="quiet-btn" onClick={onCancel}>
            {t('cancel')}
          </Button>
        )}
        <Button type="submit" wide busy={busy && t('saving')}>
          {label}
        </Button>
      </div>
    </form>
  )
}

/** A refusal that is about no field in particular. */
function NoFieldsFault({ refused }: { refused: Refused | null }) {
  if (refused === null || refused.errors.length > 0) return null
  return (
    <p class="plate" role="alert">
      <span>{rich(sentence(refused))}</span>
    </p>
  )
}

function CountryField(props: {
  value: string
  served: readonly string[]
  onChange: (code: string) => void
}) {
  return (
    <label class="field">
      <span class="label">{t('a.country')}</span>
      <select
        class="input"
        name="country"
        autocomplete="shipping country"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {countries(props.served).map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function store(id: string | undefined, body: Address): Promise<SavedAddress> {
  if (id === undefined) return call('POST', '/me/addresses', { body })
  return call('PUT', '/me/addresses/:id', { params: { id }, body })
}

function draftOf(from: SavedAddress | undefined, name: string, served: readonly string[]): Draft {
  return {
    name: from?.name ?? name,
    line1: from?.line1 ?? '',
    line2: from?.line2 ?? '',
    city: from?.city ?? '',
    region: from?.region ?? '',
    postalCode: from?.postalCode ?? '',
    country: from?.country ?? likelyCountry(served),
  }
}

/** Optional parts that are empty are not sent at all. */
function addressOf(draft: Draft): Address {
  const { name, line1, line2, city, region, postalCode, country } = draft
  return {
    name: name.trim(),
    line1: line1.trim(),
    ...(line2.trim() === '' ? {} : { line2: line2.trim() }),
    city: city.trim(),
    ...(region.trim() === '' ? {} : { region: region.trim() }),
    postalCode: postalCode.trim(),
    country,
  }
}
