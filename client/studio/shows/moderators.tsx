import { useState } from 'preact/hooks'
import { call } from '../../api/http.ts'
import { asRefused } from '../../api/refused.ts'
import type { Room } from '../../api/room.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Face } from '../../ui/pic.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Failed, Loading } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { tellNo } from '../act.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'

type Props = { desk: Desk; room: Room; onClose: () => void }
type Person = { accountId: string; displayName: string }

const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** People of the chat worth offering: the ones who spoke last. */
const offeredMax = 8

/** Who moderates: a list, a number to add, and the people who are talking. */
export function StaffSheet({ desk, room, onClose }: Props) {
  const { staff } = desk
  const [error, setError] = useState<string>()

  async function add(accountId: string, name?: string): Promise<boolean> {
    setError(undefined)
    try {
      await call('PUT', '/shows/:id/moderators/:accountId', {
        params: { id: desk.showId, accountId },
      })
      const text = name === undefined ? t('staff.added.plain') : t('staff.added', { name })
      toast({ text, tone: 'ok' })
      staff.refresh()
      return true
    } catch (thrown) {
      if (asRefused(thrown).code === 'NOT_FOUND') setError(t('staff.id.none'))
      else tellNo(thrown)
      return false
    }
  }

  return (
    <Sheet title={t('staff.title')} onClose={onClose}>
      <section>
        <p class="quiet">{t('staff.help')}</p>
      </section>
      <section class="people">
        <StaffList desk={desk} onAgain={(one) => void add(one.accountId, one.displayName)} />
      </section>
      <section>
        <AddById error={error} onAdd={add} />
      </section>
      <FromChat desk={desk} room={room} onAdd={add} />
    </Sheet>
  )
}

function StaffList({ desk, onAgain }: { desk: Desk; onAgain: (one: Person) => void }) {
  const { items, refused, refresh } = desk.staff
  if (items.value === null && refused.value !== null) {
    return <Failed title={t('staff.failed')} retry={refresh} />
  }
  if (items.value === null) return <Loading rows={2} />
  if (items.value.length === 0) return <p class="quieter">{t('staff.none')}</p>
  const remove = async (one: Person) => {
    try {
      const params = { id: desk.showId, accountId: one.accountId }
      await call('DELETE', '/shows/:id/moderators/:accountId', { params })
      refresh()
      toast({
        text: t('staff.removed', { name: one.displayName }),
        tone: 'plain',
        action: { label: t('undo'), run: () => onAgain(one) },
      })
    } catch (thrown) {
      tellNo(thrown)
    }
  }
  return (
    <ul>
      {items.value.map((one) => (
        <li key={one.accountId} class="row">
          <Face name={one.displayName} small />
          <b class="one-line">{one.displayName}</b>
          <Button
            kind="bare"
            size="desk"
            icon="close"
            class="push"
            aria-label={t('staff.remove', { name: one.displayName })}
            onClick={() => void remove(one)}
          />
        </li>
      ))}
    </ul>
  )
}

type Add = (accountId: string, name?: string) => Promise<boolean>

function AddById({ error, onAdd }: { error: string | undefined; onAdd: Add }) {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy()
  const id = text.trim().toLowerCase()
  const bad = tried && !idShape.test(id) ? t('staff.id.bad') : undefined
  const add = () => {
    setTried(true)
    if (!idShape.test(id)) return
    run(async () => {
      if (!(await onAdd(id))) return
      setText('')
      setTried(false)
    })
  }
  return (
    <form
      class="add-id"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Field
        label={t('staff.id')}
        help={t('staff.id.help')}
        error={bad ?? error}
        dir="ltr"
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" kind="soft" busy={busy && t('staff.adding')}>
        {t('staff.add')}
      </Button>
    </form>
  )
}

/** Whoever talks in this show can be made a moderator without knowing any number. */
function FromChat({ desk, room, onAdd }: { desk: Desk; room: Room; onAdd: Add }) {
  const staff = new Set(desk.staff.items.value?.map(({ accountId }) => accountId))
  const people = new Map<string, string>()
  for (const line of room.talk.toReversed()) {
    if (line.kind !== 'message' || line.role !== 'viewer' || staff.has(line.accountId)) continue
    if (people.size < offeredMax) people.set(line.accountId, line.displayName)
  }
  if (people.size === 0) return null
  return (
    <section class="people">
      <h3>{t('staff.chat')}</h3>
      <ul>
        {[...people].map(([accountId, name]) => (
          <li key={accountId} class="row">
            <Face name={name} small />
            <span class="one-line">{name}</span>
            <Button
              kind="soft"
              size="desk"
              class="push"
              onClick={() => void onAdd(accountId, name)}
            >
              {t('staff.add')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
