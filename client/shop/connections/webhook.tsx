import { useState } from 'preact/hooks'
import type { Webhook } from '../../../shared/wire/hooks.ts'
import { call } from '../../api/http.ts'
import { go } from '../../router.ts'
import { Button } from '../../ui/button.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { Empty, Loading, Strip } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { FormPage } from '../form-page.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { Deliveries } from './deliveries.tsx'
import { Ending } from './ending.tsx'
import { useHookForm, WebhookFields } from './webhook-fields.tsx'
import { hostOf, w, whyOff } from './words-connections.ts'
import './connections.css'

const page = { at: 'settings', back: '/shop/connections' } as const

/** One webhook: what it says, where, what became of it, and its end. */
export function WebhookPage({ id }: { id: string }) {
  const { value, refused, again, set } = useAsked(() => call('GET', '/merchant/webhooks'), [id])
  const webhook = value?.items.find((one) => one.id === id)
  if (value !== undefined && webhook !== undefined) {
    const put = (now: Webhook) => set({ ...value, items: [now] })
    return <Known key={id} webhook={webhook} onChange={put} again={again} />
  }
  return (
    <FormPage {...page} title={w('connections')}>
      {value !== undefined ? (
        <Empty icon="link" title={w('no.such')} />
      ) : refused === undefined ? (
        <Loading rows={4} />
      ) : (
        <NotHere refused={refused} title={w('failed')} again={again} />
      )}
    </FormPage>
  )
}

type KnownProps = { webhook: Webhook; onChange: (now: Webhook) => void; again: () => void }

function Known({ webhook, onChange, again }: KnownProps) {
  const { id, url, types, off } = webhook
  const form = useHookForm({ url, types }, async (body) => {
    onChange(await call('PATCH', '/merchant/webhooks/:id', { params: { id }, body }))
    toast({ text: w('saved'), tone: 'ok' })
  })
  const { busy, dirty, refused, submit } = form
  const removed = () => {
    toast({ text: w('removed'), tone: 'ok' })
    go('/shop/connections')
  }
  return (
    <FormPage
      {...page}
      title={hostOf(url)}
      strip={
        off !== null && (
          <Strip icon="alert" tone={off === 'owner' ? 'info' : 'bad'}>
            {whyOff(off)}
          </Strip>
        )
      }
      form={{
        save: w(dirty ? 'save' : 'unchanged'),
        busy: busy && w('saving'),
        off: !dirty,
        refused,
        submit,
      }}
      after={
        <div class="webhook">
          <Secret id={id} />
          <Deliveries webhook={webhook} settled={again} />
          <Ending webhook={webhook} onChange={onChange} removed={removed} />
        </div>
      }
    >
      <WebhookFields form={form} />
    </FormPage>
  )
}

function Secret({ id }: { id: string }) {
  const [secret, setSecret] = useState<string | null>(null)
  const [busy, run] = useBusy(tell)
  const make = () =>
    run(async () => {
      const made = await call('POST', '/merchant/webhooks/:id/secret', { params: { id } })
      setSecret(made.secret)
    })
  return (
    <section class="fields">
      <h2>{w('secret')}</h2>
      {secret !== null && (
        <LinkBox key={secret} label={w('secret')} help={w('secret.help')} link={secret} secret />
      )}
      <div class="row">
        <Button kind="quiet-btn" size="desk" busy={busy && w('secret.making')} onClick={make}>
          {w('secret.new')}
        </Button>
        <span class="quiet small">{w('secret.about')}</span>
      </div>
    </section>
  )
}
