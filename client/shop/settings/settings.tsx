import { useState } from 'preact/hooks'
import { faultDaysMin } from '../../../shared/limits.ts'
import type { Merchant } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { Field } from '../../ui/field.tsx'
import { money } from '../../ui/money.ts'
import { Loading } from '../../ui/states.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { ToConnections } from '../connections/to-connections.tsx'
import { shop } from '../desk.ts'
import { FormPage } from '../form-page.tsx'
import { g } from '../goods/words-goods.ts'
import { NotHere } from '../shell.tsx'
import { fieldRefused, tell } from '../tell.ts'
import { useGuard } from '../use.ts'
import { Countries } from './countries.tsx'
import { Embeds } from './embeds.tsx'
import { draftOf, faultsOf, merchantOf, type SettingsDraft } from './settings-draft.ts'
import { Shipping } from './shipping.tsx'

const page = { at: 'settings', title: g('settings') } as const

/** What buyers are told before they pay. */
export function SettingsPage() {
  const asked = useAsked(() => call('GET', '/merchant'), [])
  if (asked.value !== undefined) return <Known merchant={asked.value} onChange={asked.set} />
  return (
    <FormPage {...page}>
      {asked.refused === undefined ? (
        <Loading rows={6} />
      ) : (
        <NotHere refused={asked.refused} title={g('settings.failed')} again={asked.again} />
      )}
    </FormPage>
  )
}

type KnownProps = { merchant: Merchant; onChange: (merchant: Merchant) => void }

function Known({ merchant, onChange }: KnownProps) {
  const [draft, setDraft] = useState(() => draftOf(merchant))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    tell(thrown)
  })
  const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(merchant))
  useGuard(dirty)
  const save = () => {
    setTried(true)
    setRefused(null)
    if (faultsOf(draft).size > 0) return
    run(async () => {
      const now = await call('PUT', '/merchant', { body: merchantOf(draft) })
      onChange(now)
      setDraft(draftOf(now))
      setTried(false)
      shop.value = now
      toast({ text: g('settings.saved'), tone: 'ok' })
    })
  }
  return (
    <FormPage
      {...page}
      form={{
        save: g(dirty ? 'save.changes' : 'nothing.changed'),
        busy: busy && g('saving'),
        off: !dirty,
        refused,
        submit: save,
      }}
      after={
        <>
          <Embeds />
          <ToConnections />
        </>
      }
    >
      <Fields
        draft={draft}
        set={(change) => setDraft((known) => ({ ...known, ...change }))}
        errorAt={errorsOf(draft, tried, refused)}
      />
    </FormPage>
  )
}

export type ErrorAt = (at: string) => string | undefined

function errorsOf(draft: SettingsDraft, tried: boolean, refused: Refused | null): ErrorAt {
  const faults = tried ? faultsOf(draft) : new Map<string, never>()
  return (at) => {
    const fault = faults.get(at)
    if (fault === undefined) return fieldRefused(refused, at)
    if (fault.is === 'days') return g('return.days.bad', { max: fault.max })
    if (fault.is === 'long') return g('too.long', { n: fault.n, max: fault.max })
    const row = Number(at.split('/')[1])
    const currency = draft.shipping[row]?.currency ?? 'USD'
    return g('need.amount', { sum: money({ amount: 600, currency }) })
  }
}

function Fields(props: {
  draft: SettingsDraft
  set: (change: Partial<SettingsDraft>) => void
  errorAt: ErrorAt
}) {
  const { draft, set, errorAt } = props
  const text = (name: 'taxNote' | 'terms' | 'returns' | 'address') => ({
    value: draft[name],
    error: errorAt(name),
    onInput: (value: string) => set({ [name]: value }),
  })
  return (
    <>
      <section class="fields">
        <h2>{g('shop.section')}</h2>
        <Field
          label={g('shop.name')}
          value={draft.name}
          autocomplete="organization"
          error={errorAt('name')}
          onInput={(event) => set({ name: event.currentTarget.value })}
        />
        <TextArea
          label={g('shop.address')}
          help={g('shop.address.help')}
          rows={3}
          {...text('address')}
        />
      </section>
      <section>
        <h2>{g('shipping.section')}</h2>
        <p class="quiet small">{g('shipping.help')}</p>
        <Shipping
          rows={draft.shipping}
          onChange={(shipping) => set({ shipping })}
          errorAt={errorAt}
        />
      </section>
      <section>
        <h2>{g('countries.section')}</h2>
        <Countries codes={draft.countries} onChange={(countries) => set({ countries })} />
      </section>
      <section class="fields">
        <h2>{g('words.section')}</h2>
        <TextArea
          label={g('tax.note')}
          placeholder={g('tax.note.hint')}
          rows={2}
          {...text('taxNote')}
        />
        <TextArea label={g('terms')} rows={6} {...text('terms')} />
        <TextArea label={g('returns')} rows={6} {...text('returns')} />
        <Field
          label={g('return.days')}
          help={g('return.days.help', { n: faultDaysMin })}
          inputMode="numeric"
          autocomplete="off"
          dir="ltr"
          value={draft.returnDays}
          error={errorAt('returnDays')}
          onInput={(event) => set({ returnDays: event.currentTarget.value })}
        />
      </section>
    </>
  )
}
