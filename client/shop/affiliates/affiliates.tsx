import { useState } from 'preact/hooks'
import type { Affiliate, AffiliateTerms } from '../../../shared/wire/affiliates.ts'
import { call } from '../../api/http.ts'
import { me } from '../../api/session.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { LinkBox } from '../../ui/link-box.tsx'
import { rateWords } from '../../ui/money.ts'
import { Empty, Loading, Strip } from '../../ui/states.tsx'
import { at } from '../../ui/time.ts'
import { type Asked, useAsked } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { Invitations, Invite } from './invitations.tsx'
import { Partner } from './partner.tsx'
import { w } from './words-affiliates.ts'

type Partners = { items: Affiliate[]; nextCursor: string | null }

/** Who brings buyers, what they brought, and what they are owed. */
export function AffiliatesPage() {
  const terms = useAsked(() => call('GET', '/merchant/affiliates/terms'), [])
  const [inviting, setInviting] = useState(false)
  const [turn, setTurn] = useState(0)
  const place = useFocusKept(inviting)
  const known = terms.value?.terms
  return (
    <Desk at="affiliates" title={w('affiliates')}>
      <PageTop title={w('affiliates')}>
        {known && (
          <span class="row">
            <LinkButton kind="quiet-btn" size="desk" icon="gear" href="/shop/affiliates/terms">
              {w('terms')}
            </LinkButton>
            {known.entry !== 'closed' && (
              <Button size="desk" icon="plus" onClick={() => setInviting(true)}>
                {w('invite')}
              </Button>
            )}
          </span>
        )}
      </PageTop>
      <div class="strip-place">{known && <Strip icon="percent">{termsWords(known)}</Strip>}</div>
      <div ref={place} class="desk-list rule list" tabIndex={-1}>
        {terms.value === undefined ? (
          terms.refused === undefined ? (
            <Loading rows={4} />
          ) : (
            <NotHere refused={terms.refused} title={w('failed')} again={terms.again} />
          )
        ) : known ? (
          <>
            {inviting && (
              <Invite
                done={() => {
                  setInviting(false)
                  setTurn((n) => n + 1)
                }}
                close={() => setInviting(false)}
              />
            )}
            <Invitations turn={turn} />
            <Partners terms={known} />
          </>
        ) : (
          <Empty icon="percent" title={w('none.title')} help={w('none.help')}>
            <LinkButton size="desk" href="/shop/affiliates/terms">
              {w('open')}
            </LinkButton>
          </Empty>
        )}
      </div>
    </Desk>
  )
}

function termsWords({ entry, rateBps, changesAt }: AffiliateTerms): string {
  const says = w(`terms.${entry}`, { rate: rateWords(rateBps) })
  return changesAt === null ? says : `${says} ${w('terms.later', { when: at(changesAt) })}`
}

const read = (cursor?: string) =>
  call('GET', '/merchant/affiliates', { query: cursor === undefined ? {} : { cursor } })

function Partners({ terms }: { terms: AffiliateTerms }) {
  const asked: Asked<Partners> = useAsked(() => read(), [])
  const { value, refused, again, set } = asked
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={3} />
    return <NotHere refused={refused} title={w('failed')} again={again} />
  }
  const { items, nextCursor } = value
  const link = `${location.origin}/h/${me.value?.account.id ?? ''}/join`
  const put = (now: Affiliate) =>
    set({ ...value, items: items.map((one) => (one.id === now.id ? now : one)) })
  const showMore = async () => {
    const more = await read(nextCursor ?? undefined)
    set({ items: [...items, ...more.items], nextCursor: more.nextCursor })
  }
  return (
    <section>
      <h2>{w('partners')}</h2>
      {terms.entry === 'open' && (
        <div class="affiliate-form">
          <LinkBox label={w('join.link')} link={link} />
        </div>
      )}
      {items.length === 0 ? (
        <Empty
          icon="users"
          title={w('no.partners')}
          help={w(terms.entry === 'open' ? 'no.partners.open' : 'no.partners.help')}
        />
      ) : (
        <ul class="show-rows affiliate-rows">
          {items.map((one) => (
            <Partner key={one.id} partner={one} onChange={put} again={again} />
          ))}
        </ul>
      )}
      {nextCursor !== null && <MoreRows showMore={showMore} />}
    </section>
  )
}
