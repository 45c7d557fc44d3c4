import { useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import { More } from '../ui/more.tsx'
import { Face } from '../ui/pic.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { useAsked } from '../ui/use.ts'
import { Follow } from './follow.tsx'
import { t } from './words.ts'

type Host = { id: string; displayName: string }
type Page = { items: Host[]; nextCursor: string | null }

/** Whom I follow. Who is unfollowed stays in the list, to be followed again, until the page is opened anew. */
export function FollowedHosts() {
  const asked = useAsked(() => call('GET', '/me/following'), [])
  const [older, setOlder] = useState<Page>()
  const cursor = (older ?? asked.value)?.nextCursor
  const showMore = async () => {
    if (cursor == null) return
    const page = await call('GET', '/me/following', { query: { cursor, limit: 100 } })
    setOlder({ ...page, items: [...(older?.items ?? []), ...page.items] })
  }
  const hosts = [...(asked.value?.items ?? []), ...(older?.items ?? [])]
  return (
    <section aria-labelledby="followed">
      <header>
        <h2 id="followed">{t('mine.title')}</h2>
      </header>
      {asked.value === undefined ? (
        asked.refused === undefined ? (
          <Loading rows={1} />
        ) : (
          <Failed
            title={t('mine.failed')}
            reference={asked.refused.reference}
            retry={asked.again}
          />
        )
      ) : hosts.length === 0 ? (
        <Empty icon="users" title={t('mine.none')} help={t('mine.none.help')} />
      ) : (
        <ul>
          {hosts.map((host) => (
            <li key={host.id} class="host-row">
              <a href={`/h/${host.id}`}>
                <Face name={host.displayName} />
                <b class="one-line">{host.displayName}</b>
              </a>
              <Follow host={host} back="/account" desk />
            </li>
          ))}
        </ul>
      )}
      {cursor != null && <More showMore={showMore} />}
    </section>
  )
}
