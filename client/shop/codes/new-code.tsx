import { useMemo, useState } from 'preact/hooks'
import { leastPaid } from '../../../shared/domain/discount.ts'
import { codeMax, codePerBuyerMax, codeProductsMax, codeQuotaMax } from '../../../shared/limits.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { go } from '../../router.ts'
import { Choice, Field, FieldError } from '../../ui/field.tsx'
import { money, sign } from '../../ui/money.ts'
import { Search } from '../../ui/search.tsx'
import { at, dayName, zoneCity } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { shop, shows } from '../desk.ts'
import { FormPage } from '../form-page.tsx'
import { CurrencySelect } from '../goods/currency.tsx'
import { useGoods } from '../goods/goods-list.ts'
import { g } from '../goods/words-goods.ts'
import { Choices } from '../shows/lineup.tsx'
import { fieldRefused, tell } from '../tell.ts'
import { useGuard } from '../use.ts'
import { blankCode, type CodeDraft, codeOf, type Fault, faultsOf } from './code-draft.ts'
import { w } from './words-codes.ts'

/** Makes a code: what it takes off, of what, where, when and how often. */
export function NewCodePage() {
  const form = useCodeForm()
  const code = form.now.code.trim().toUpperCase()
  return (
    <FormPage
      at="codes"
      title={w('new')}
      back="/shop/codes"
      form={{
        save: code === '' ? w('create.plain') : w('create', { code }),
        busy: form.busy && w('creating'),
        refused: form.refused,
        submit: form.submit,
      }}
    >
      <Off form={form} />
      <Which form={form} />
      <When form={form} />
    </FormPage>
  )
}

type Form = {
  now: CodeDraft
  set: (change: Partial<CodeDraft>) => void
  busy: boolean
  refused: Refused | null
  /** The sentence at a field: ours once making was tried, else the server's. */
  error: (fault: Fault, words: string, field?: string) => string | undefined
  submit: () => void
}

function useCodeForm(): Form {
  const start = useMemo(
    () => blankCode(shop.value?.shipping[0]?.price.currency ?? 'USD'),
    [shop.value],
  )
  const [changes, setChanges] = useState<Partial<CodeDraft>>({})
  const now = { ...start, ...changes }
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    tell(thrown)
  })
  const dirty = JSON.stringify(now) !== JSON.stringify(start)
  useGuard(dirty && !busy)
  const faults = faultsOf(now, serverNow())
  const submit = () => {
    setTried(true)
    setRefused(null)
    if (faults.size > 0) return
    run(async () => {
      const made = await call('POST', '/merchant/codes', { body: codeOf(now) })
      toast({ text: madeWords(made), tone: 'ok' })
      go('/shop/codes')
    })
  }
  return {
    now,
    set: (change) => {
      setRefused(null)
      setChanges((known) => ({ ...known, ...change }))
    },
    busy,
    refused,
    error: (fault, words, field = fault) =>
      tried && faults.has(fault) ? words : fieldRefused(refused, field),
    submit,
  }
}

function madeWords({
  code,
  state,
  startsAt,
}: {
  code: string
  state: string
  startsAt: string | null
}) {
  if (state !== 'scheduled' || startsAt === null) return w('create.done', { code })
  return w('create.later', { code, when: `${dayName(startsAt, serverNow())}, ${at(startsAt)}` })
}

type Typed = { currentTarget: HTMLInputElement }
const typed = (form: Form, name: keyof CodeDraft) => ({
  value: form.now[name] as string,
  autocomplete: 'off' as const,
  onInput: (event: Typed) => form.set({ [name]: event.currentTarget.value }),
})

function Off({ form }: { form: Form }) {
  const { now, set, error } = form
  const sum = money({ amount: 2_400, currency: now.currency })
  const bad = w('money.bad', { sum })
  const least = { amount: leastPaid(now.currency), currency: now.currency }
  return (
    <section class="fields">
      <Field
        label={w('code')}
        help={w('code.help')}
        dir="ltr"
        spellcheck={false}
        maxLength={codeMax}
        {...typed(form, 'code')}
        error={error('code', w('code.bad'))}
      />
      <div class="field">
        <span class="label">{w('kind')}</span>
        <Choice
          label={w('kind')}
          desk
          value={now.kind}
          options={[
            { value: 'percent', label: w('percent') },
            { value: 'amount', label: w('amount') },
          ]}
          onChoose={(kind) => set({ kind: kind as CodeDraft['kind'] })}
        />
      </div>
      {now.kind === 'percent' ? (
        <Field
          label={w('percent.label')}
          inputMode="numeric"
          help={w('least.help', { sum: money(least) })}
          {...typed(form, 'percent')}
          error={error('percent', w('percent.bad'), 'off')}
        />
      ) : (
        <Field
          label={w('amount.label')}
          inputMode="decimal"
          unit={sign(now.currency)}
          help={w('least.help', { sum: money(least) })}
          {...typed(form, 'amount')}
          error={error('amount', bad, 'off')}
        />
      )}
      <Field
        label={w('minimum')}
        inputMode="decimal"
        unit={sign(now.currency)}
        help={w('minimum.help')}
        {...typed(form, 'minimum')}
        error={error('minimum', bad)}
      />
      {(now.kind === 'amount' || now.minimum.trim() !== '') && (
        <CurrencySelect
          label={g('currency')}
          value={now.currency}
          onChange={(currency) => set({ currency })}
        />
      )}
    </section>
  )
}

function Which({ form }: { form: Form }) {
  const { now, set, error } = form
  const none = error('some', w('some.bad'), 'productIds')
  return (
    <section>
      <h2>{w('which.title')}</h2>
      <Choice
        label={w('which.title')}
        desk
        value={now.which}
        options={[
          { value: 'all', label: w('all') },
          { value: 'some', label: w('some') },
        ]}
        onChoose={(which) => set({ which: which as CodeDraft['which'] })}
      />
      {none !== undefined && (
        <div class="field">
          <FieldError>{none}</FieldError>
        </div>
      )}
      {now.which === 'some' && <Products form={form} />}
    </section>
  )
}

function Products({ form: { now, set } }: { form: Form }) {
  const [text, setText] = useState('')
  const goods = useGoods(text)
  const chosen = now.productIds
  const active = goods.products?.filter(({ status }) => status === 'active')
  return (
    <div class="lineup-field">
      <Search label={g('search.label')} hint={g('search.hint')} value={text} onChange={setText} />
      <Choices
        {...{ goods, active, text, setText }}
        lineup={chosen}
        full={chosen.length >= codeProductsMax}
        toggle={({ id }) =>
          set({
            productIds: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id],
          })
        }
      />
    </div>
  )
}

function When({ form }: { form: Form }) {
  const { now, set, error } = form
  const open = shows.value?.filter(({ status }) => status !== 'ended' && status !== 'canceled')
  return (
    <section class="fields">
      <h2>{w('when.title')}</h2>
      <label class="field">
        <span class="label">{w('where')}</span>
        <select
          class="input"
          value={now.showId}
          onChange={(event) => set({ showId: event.currentTarget.value })}
        >
          <option value="">{w('everywhere')}</option>
          {open?.map(({ id, title }) => (
            <option key={id} value={id}>
              {w('only.show', { title })}
            </option>
          ))}
        </select>
      </label>
      <Field
        label={w('starts.label')}
        type="datetime-local"
        help={w('starts.help', { city: zoneCity() })}
        {...typed(form, 'starts')}
      />
      <Field
        label={w('ends.label')}
        type="datetime-local"
        help={w('ends.help')}
        {...typed(form, 'ends')}
        error={error('ends', w('ends.bad'), 'endsAt')}
      />
      <Field
        label={w('quota')}
        inputMode="numeric"
        help={w('quota.help')}
        {...typed(form, 'quota')}
        error={error('quota', w('count.bad', { max: codeQuotaMax }))}
      />
      <Field
        label={w('per.buyer')}
        inputMode="numeric"
        {...typed(form, 'perBuyer')}
        error={error('perBuyer', w('count.bad', { max: codePerBuyerMax }))}
      />
      <p class="quiet small">{w('fixed')}</p>
    </section>
  )
}
