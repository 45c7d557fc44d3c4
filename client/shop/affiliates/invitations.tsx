import { useState } from 'preact/hooks'
import type { Invitation } from '../../../shared/wire/affiliates.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { LinkBox } from '../../ui/link-box.tsx'
import { onDay } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { InPlace } from './in-place.tsx'
import { w } from './words-affiliates.ts'

type InviteProps = { done: () => void; close: () => void }

/** By an address, or by a link for one person. */
export function Invite({ done, close }: InviteProps) {
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const to = email.trim()
  const isBad = to !== '' && !/^\S+@\S+\.\S+$/.test(to)
  const send = () => {
    setTried(true)
    if (isBad) return
    run(async () => {
      const body = to === '' ? {} : { email: to }
      await call('POST', '/merchant/affiliates/invitations', { body })
      toast({ text: to === '' ? w('invite.made') : w('invite.done', { email: to }), tone: 'ok' })
      done()
    })
  }
  return (
    <InPlace
      label={w('invite.title')}
      send={to === '' ? w('invite.link') : w('invite.one', { email: to })}
      busy={busy && w('inviting')}
      submit={send}
      close={close}
    >
      <Field
        label={w('invite.email')}
        type="email"
        autocomplete="off"
        help={w('invite.help')}
        value={email}
        error={tried && isBad ? w('invite.bad') : undefined}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
    </InPlace>
  )
}

const read = (cursor?: string) =>
  call('GET', '/merchant/affiliates/invitations', {
    query: cursor === undefined ? {} : { cursor },
  })

/** Those that nobody has taken yet; nothing where there are none. */
export function Invitations({ turn }: { turn: number }) {
  const { value, refused, again, set } = useAsked(() => read(), [turn])
  const place = useFocusKept<HTMLElement>(value)
  if (value === undefined) {
    return refused && <NotHere refused={refused} title={w('invitations.failed')} again={again} />
  }
  if (value.items.length === 0) return <section ref={place} tabIndex={-1} />
  const { items, nextCursor } = value
  const drop = (gone: string) => set({ ...value, items: items.filter(({ id }) => id !== gone) })
  const showMore = async () => {
    const more = await read(nextCursor ?? undefined)
    set({ items: [...items, ...more.items], nextCursor: more.nextCursor })
  }
  return (
    <section ref={place} tabIndex={-1}>
      <h2>{w('invitations')}</h2>
      <ul class="show-rows affiliate-rows">
        {items.map((one) => (
          <Row key={one.id} invitation={one} onGone={() => drop(one.id)} />
        ))}
      </ul>
      {nextCursor !== null && <MoreRows showMore={showMore} />}
    </section>
  )
}

function Row({ invitation, onGone }: { invitation: Invitation; onGone: () => void }) {
  const { id, email, token, expiresAt } = invitation
  const [busy, run] = useBusy(tell)
  const of = email ?? w('by.link')
  const withdraw = () =>
    run(async () => {
      await call('DELETE', '/merchant/affiliates/invitations/:id', { params: { id } })
      toast({ text: w('withdraw.done'), tone: 'ok' })
      onGone()
    })
  return (
    <li class="show-row">
      <span class="what">
        <b>
          <bdi>{of}</bdi>
        </b>
        <small class="quiet">{w('until.day', { day: onDay(expiresAt) })}</small>
        <LinkBox label={w('copy')} link={`${location.origin}/affiliates/${token}`} />
      </span>
      <span class="row acts">
        <Button
          kind="quiet-btn"
          size="desk"
          busy={busy && w('withdraw')}
          aria-label={w('withdraw.label', { of })}
          onClick={withdraw}
        >
          {w('withdraw')}
        </Button>
      </span>
    </li>
  )
}
