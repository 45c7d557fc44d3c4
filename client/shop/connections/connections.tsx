import type { Webhook } from '../../../shared/wire/hooks.ts'
import { call } from '../../api/http.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Loading } from '../../ui/states.tsx'
import { useAsked } from '../../ui/use.ts'
import { FormPage } from '../form-page.tsx'
import { NotHere } from '../shell.tsx'
import { ApiKeys } from './api-keys.tsx'
import { hostOf, w } from './words-connections.ts'
import './connections.css'

/** What other programs of the merchant hear of the shop, and by what they come in. */
export function ConnectionsPage() {
  return (
    <FormPage at="settings" title={w('connections')} back="/shop/settings">
      <div class="connections">
        <Webhooks />
        <ApiKeys />
      </div>
    </FormPage>
  )
}

/** There are five at most, so they are on one page. */
function Webhooks() {
  const { value, refused, again } = useAsked(() => call('GET', '/merchant/webhooks'), [])
  return (
    <section>
      <h2>{w('webhooks')}</h2>
      <p class="quiet small">{w('webhooks.help')}</p>
      {value === undefined ? (
        refused === undefined ? (
          <Loading rows={2} />
        ) : (
          <NotHere refused={refused} title={w('failed')} again={again} />
        )
      ) : (
        <>
          {value.items.length === 0 ? (
            <p>{w('none')}</p>
          ) : (
            <ul class="show-rows connection-rows">
              {value.items.map((webhook) => (
                <Row key={webhook.id} webhook={webhook} />
              ))}
            </ul>
          )}
          <span>
            <LinkButton kind="quiet-btn" size="desk" icon="plus" href="/shop/connections/new">
              {w('add')}
            </LinkButton>
          </span>
        </>
      )}
    </section>
  )
}

function Row({ webhook: { id, url, types, off } }: { webhook: Webhook }) {
  return (
    <li class="show-row">
      <span class="what">
        <a href={`/shop/connections/${id}`}>
          <b>
            <bdi dir="ltr">{hostOf(url)}</bdi>
          </b>
        </a>
        <small class="quiet">{w('kinds', { n: types.length })}</small>
      </span>
      <Badge tone={off === null ? 'good' : off === 'owner' ? 'plain' : 'bad'}>
        {w(off === null ? 'on' : 'off')}
      </Badge>
    </li>
  )
}
