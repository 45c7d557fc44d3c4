import { useState } from 'preact/hooks'
import { call } from '../../api/http.ts'
import { LinkButton } from '../../ui/button.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { FormPage } from '../form-page.tsx'
import { useHookForm, WebhookFields } from './webhook-fields.tsx'
import { hostOf, w } from './words-connections.ts'
import './connections.css'

type Made = { id: string; url: string; secret: string }

/** Where and what; then its secret, once. */
export function NewWebhookPage() {
  const [made, setMade] = useState<Made | null>(null)
  return made === null ? <Add done={setMade} /> : <Secret made={made} />
}

function Add({ done }: { done: (made: Made) => void }) {
  const form = useHookForm({ url: '', types: ['order.paid'] }, async (body) => {
    const { webhook, secret } = await call('POST', '/merchant/webhooks', { body })
    done({ id: webhook.id, url: webhook.url, secret })
  })
  const { busy, refused, submit } = form
  return (
    <FormPage
      at="settings"
      title={w('add')}
      back="/shop/connections"
      form={{ save: w('add.do'), busy: busy && w('adding'), refused, submit }}
    >
      <WebhookFields form={form} />
    </FormPage>
  )
}

function Secret({ made: { id, url, secret } }: { made: Made }) {
  return (
    <FormPage at="settings" title={hostOf(url)} back="/shop/connections">
      <section class="fields">
        <LinkBox label={w('secret')} help={w('secret.help')} link={secret} secret />
        <LinkButton size="desk" href={`/shop/connections/${id}`}>
          {w('to')}
        </LinkButton>
      </section>
    </FormPage>
  )
}
