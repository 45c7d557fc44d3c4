import { useState } from 'preact/hooks'
import { keyNameMax } from '../../../shared/limits.ts'
import type { ApiKey } from '../../../shared/wire/keys.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { Loading } from '../../ui/states.tsx'
import { at, dayName } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { AskOnce } from '../ask-once.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { w } from './words-connections.ts'

/** There are twenty at most: one page of the list has them all. */
export function ApiKeys() {
  const { value, refused, again, set } = useAsked(() => call('GET', '/merchant/keys'), [])
  const [secret, setSecret] = useState<string | null>(null)
  const known = value?.items ?? []
  const put = (items: ApiKey[]) => set({ items, nextCursor: null })
  return (
    <section>
      <h2>{w('keys')}</h2>
      <p class="quiet small">{w('keys.help')}</p>
      {value === undefined ? (
        refused === undefined ? (
          <Loading rows={2} />
        ) : (
          <NotHere refused={refused} title={w('keys.failed')} again={again} />
        )
      ) : (
        <>
          {secret !== null && (
            <LinkBox key={secret} label={w('key')} help={w('key.help')} link={secret} secret />
          )}
          {known.length === 0 ? (
            <p>{w('keys.none')}</p>
          ) : (
            <ul class="show-rows connection-rows">
              {known.map((one) => (
                <Row
                  key={one.id}
                  apiKey={one}
                  onGone={() => put(known.filter(({ id }) => id !== one.id))}
                />
              ))}
            </ul>
          )}
          <Make
            done={(made) => {
              setSecret(made.secret)
              put([made.apiKey, ...known])
            }}
          />
        </>
      )}
    </section>
  )
}

type RowProps = { apiKey: ApiKey; onGone: () => void }

function Row({ apiKey, onGone }: RowProps) {
  const { name, lastFour, writes, usedAt } = apiKey
  const when = (instant: string) => `${dayName(instant, serverNow())}, ${at(instant)}`
  const used = usedAt === null ? w('key.unused') : w('key.used', { when: when(usedAt) })
  return (
    <li class="show-row">
      <span class="what">
        <b>
          <bdi>{name}</bdi>
        </b>
        <small class="quiet">
          <bdi dir="ltr">vk_…{lastFour}</bdi>
          {` · ${w(writes ? 'key.writes' : 'key.reads')} · ${used}`}
        </small>
      </span>
      <Revoke apiKey={apiKey} onGone={onGone} />
    </li>
  )
}

function Revoke({ apiKey: { id, name }, onGone }: RowProps) {
  const revoke = async () => {
    await call('DELETE', '/merchant/keys/:id', { params: { id } })
    toast({ text: w('revoke.done', { name }), tone: 'ok' })
    onGone()
  }
  return (
    <AskOnce
      act={w('revoke')}
      label={w('revoke.label', { name })}
      ask={w('revoke.ask')}
      yes={w('revoke')}
      no={w('no')}
      busy={w('revoking')}
      run={revoke}
    />
  )
}

type Made = { apiKey: ApiKey; secret: string }

function Make({ done }: { done: (made: Made) => void }) {
  const [name, setName] = useState('')
  const [writes, setWrites] = useState(false)
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const isBad = tried && name.trim() === ''
  const make = () => {
    setTried(true)
    if (name.trim() === '') return
    run(async () => {
      done(await call('POST', '/merchant/keys', { body: { name: name.trim(), writes } }))
      setName('')
      setTried(false)
    })
  }
  return (
    <Form class="new-key" label={w('key.new')} submit={make}>
      <Field
        desk
        label={w('key.name')}
        autocomplete="off"
        maxLength={keyNameMax}
        placeholder={w('key.hint')}
        value={name}
        error={isBad ? w('key.no.name') : undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="field">
        <span class="label">{w('key.may')}</span>
        <Choice
          desk
          label={w('key.may')}
          value={writes ? 'writes' : 'reads'}
          options={[
            { value: 'reads', label: w('key.reads') },
            { value: 'writes', label: w('key.writes') },
          ]}
          onChoose={(value) => setWrites(value === 'writes')}
        />
      </div>
      <span>
        <Button
          type="submit"
          kind="quiet-btn"
          size="desk"
          icon="plus"
          busy={busy && w('key.making')}
        >
          {w('key.new')}
        </Button>
      </span>
    </Form>
  )
}
