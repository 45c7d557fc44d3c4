import type { Webhook } from '../../../shared/wire/hooks.ts'
import { call } from '../../api/http.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { useAsked } from '../../ui/use.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { hostOf, w } from './words-connections.ts'
import './connections.css'

/** Where a shop sends its news: there are five at most, so they are on one page. */
export function ConnectionsPage() {
  const { value, refused, again } = useAsked(() => call('GET', '/merchant/webhooks'), [])
  return (
    <Desk at="settings" title={w('connections')}>
      <PageTop title={w('connections')} back="/shop/settings">
        {value !== undefined && value.items.length > 0 && (
          <LinkButton size="desk" icon="plus" href="/shop/connections/new">
            {w('add')}
          </LinkButton>
        )}
      </PageTop>
      <div class="strip-place" />
      <div class="desk-list rule list" tabIndex={-1}>
        {value === undefined ? (
          refused === undefined ? (
            <Loading rows={3} />
          ) : (
            <NotHere refused={refused} title={w('failed')} again={again} />
          )
        ) : value.items.length === 0 ? (
          <Empty icon="link" title={w('none.title')} help={w('none.help')}>
            <LinkButton size="desk" icon="plus" href="/shop/connections/new">
              {w('add')}
            </LinkButton>
          </Empty>
        ) : (
          <ul class="show-rows hook-rows">
            {value.items.map((webhook) => (
              <Row key={webhook.id} webhook={webhook} />
            ))}
          </ul>
        )}
      </div>
    </Desk>
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
