import { useState } from 'preact/hooks'
import { webhookUrlMax } from '../../../shared/limits.ts'
import type { NewsType } from '../../../shared/wire/hooks.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { Field, FieldError } from '../../ui/field.tsx'
import { useOwnId } from '../../ui/own-id.ts'
import { useBusy } from '../../ui/use.ts'
import { fieldRefused, tell } from '../tell.ts'
import { useGuard } from '../use.ts'
import { allNews, newsWords, w } from './words-connections.ts'

type HookDraft = { url: string; types: NewsType[] }

/** Where, and what; kept from `start` on, until it is sent. */
export function useHookForm(start: HookDraft, send: (draft: HookDraft) => Promise<void>) {
  const [now, setNow] = useState(start)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    const no = asRefused(thrown)
    setRefused(no)
    if (fieldRefused(no, 'url') === undefined) tell(thrown)
  })
  const url = now.url.trim()
  const inOrder = (types: NewsType[]) => allNews.filter((type) => types.includes(type)).join()
  const dirty = url !== start.url || inOrder(now.types) !== inOrder(start.types)
  useGuard(dirty && !busy)
  return {
    now,
    tried,
    refused,
    busy,
    dirty,
    set(change: Partial<HookDraft>) {
      setRefused(null)
      setNow((known) => ({ ...known, ...change }))
    },
    submit() {
      setTried(true)
      if (url !== '' && now.types.length > 0) run(() => send({ ...now, url }))
    },
  }
}

export function WebhookFields({ form }: { form: ReturnType<typeof useHookForm> }) {
  const { now, set, tried, refused } = form
  const id = useOwnId()
  const none = tried && now.types.length === 0
  const toggle = (type: NewsType) =>
    set({ types: allNews.filter((one) => now.types.includes(one) !== (one === type)) })
  return (
    <section class="fields">
      <Field
        label={w('address')}
        type="url"
        dir="ltr"
        autocomplete="off"
        inputMode="url"
        maxLength={webhookUrlMax}
        placeholder={w('address.hint')}
        help={w('address.help')}
        value={now.url}
        error={tried && now.url.trim() === '' ? w('address.none') : fieldRefused(refused, 'url')}
        onInput={(event) => set({ url: event.currentTarget.value })}
      />
      <fieldset class="field" aria-describedby={none ? id : undefined}>
        <legend class="label">{w('types.title')}</legend>
        <ul class="choices">
          {allNews.map((type) => (
            <li key={type}>
              <label>
                <input
                  type="checkbox"
                  checked={now.types.includes(type)}
                  aria-invalid={none || undefined}
                  onChange={() => toggle(type)}
                />
                <span>
                  <b dir="ltr">{type}</b>
                  <small class="quiet">{newsWords[type]}</small>
                </span>
              </label>
            </li>
          ))}
        </ul>
        {none && <FieldError id={id}>{w('types.none')}</FieldError>}
      </fieldset>
    </section>
  )
}
