import { useState } from 'preact/hooks'
import type { Show } from '../../../shared/wire/shows.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { go } from '../../router.ts'
import { Field } from '../../ui/field.tsx'
import { Loading } from '../../ui/states.tsx'
import { zoneCity } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { AskOnce } from '../ask-once.tsx'
import { refreshShows } from '../desk.ts'
import { FormPage } from '../form-page.tsx'
import { g } from '../goods/words-goods.ts'
import { NotHere } from '../shell.tsx'
import { fieldRefused, tell } from '../tell.ts'
import { useGuard, useKeys } from '../use.ts'
import { t } from '../words.ts'
import { LineupField } from './lineup.tsx'

type ShowDraft = { title: string; starts: string; lineup: string[] }

/** Plans a show and opens its studio. */
export function NewShowPage() {
  const keys = useKeys()
  const form = useShowForm(
    { title: '', starts: '', lineup: [] },
    async ({ title, starts, lineup }) => {
      const body = { title, lineup, ...(starts !== '' && { startsAt: instantOf(starts) }) }
      const made = await call('POST', '/shows', { body, key: keys.for(body) })
      go(`/studio/${made.id}`)
    },
  )
  return (
    <FormPage
      at="shows"
      title={g('show.new')}
      back="/shop/shows"
      form={{
        save: g('show.create'),
        busy: form.busy && g('show.creating'),
        refused: form.refused,
        submit: form.submit,
      }}
    >
      <ShowFields form={form} />
    </FormPage>
  )
}

export function ShowPage({ id }: { id: string }) {
  const asked = useAsked(() => call('GET', '/shows/:id', { params: { id } }), [id])
  if (asked.value !== undefined) return <Change show={asked.value} onChange={asked.set} />
  return (
    <FormPage at="shows" title={g('show.edit')} back="/shop/shows">
      {asked.refused === undefined ? (
        <Loading rows={5} />
      ) : (
        <NotHere
          refused={asked.refused}
          title={g('shows.failed')}
          none={g('show.none')}
          again={asked.again}
        />
      )}
    </FormPage>
  )
}

function Change({ show, onChange }: { show: Show; onChange: (show: Show) => void }) {
  const planned = show.status === 'scheduled'
  const form = useShowForm(draftOf(show), async ({ title, starts, lineup }) => {
    const before = draftOf(show)
    const startsAt = starts !== '' && starts !== before.starts ? instantOf(starts) : undefined
    const body = { title, lineup, ...(startsAt !== undefined && { startsAt }) }
    const now = await call('PATCH', '/shows/:id', { params: { id: show.id }, body })
    onChange(now)
    await refreshShows()
    toast({ text: g('show.saved'), tone: 'ok' })
    return draftOf(now)
  })
  return (
    <FormPage
      at="shows"
      title={g('show.edit')}
      back="/shop/shows"
      acts={planned && <CancelShow show={show} />}
      form={{
        save: g(form.dirty ? 'show.save' : 'nothing.changed'),
        busy: form.busy && g('saving'),
        off: !form.dirty,
        refused: form.refused,
        submit: form.submit,
      }}
    >
      <ShowFields form={form} timed={planned} />
    </FormPage>
  )
}

/** Says what it means for those who wanted to come. */
function CancelShow({ show: { id, title } }: { show: Show }) {
  const cancel = async () => {
    await call('PATCH', '/shows/:id', { params: { id }, body: { status: 'canceled' } })
    await refreshShows()
    toast({ text: g('show.cancel.done', { title }), tone: 'ok' })
    go('/shop/shows')
  }
  return (
    <AskOnce
      act={g('show.cancel')}
      ask={g('show.cancel.ask')}
      yes={g('show.cancel.yes')}
      no={g('show.cancel.no')}
      busy={g('canceling')}
      run={cancel}
    />
  )
}

type Form = {
  now: ShowDraft
  set: (change: Partial<ShowDraft>) => void
  dirty: boolean
  tried: boolean
  busy: boolean
  refused: Refused | null
  submit: () => void
}

/** `store` answers the draft to begin from, when the page stays. */
function useShowForm(
  saved: ShowDraft,
  store: (draft: ShowDraft) => Promise<ShowDraft | void>,
): Form {
  const [start, setStart] = useState(saved)
  const [now, setNow] = useState(saved)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    tell(thrown)
  })
  const dirty = JSON.stringify(now) !== JSON.stringify(start)
  useGuard(dirty && !busy)
  const submit = () => {
    setTried(true)
    setRefused(null)
    const title = now.title.trim()
    if (title === '' || isPast(now.starts, start.starts)) return
    run(async () => {
      const next = await store({ ...now, title })
      if (next === undefined) return
      setStart(next)
      setNow(next)
      setTried(false)
    })
  }
  const set = (change: Partial<ShowDraft>) => setNow((known) => ({ ...known, ...change }))
  return { now, set, dirty, tried, busy, refused, submit }
}

function ShowFields({ form, timed = true }: { form: Form; timed?: boolean }) {
  const { now, set, tried, refused } = form
  const past = tried && isPast(now.starts, '') ? g('show.starts.past') : undefined
  return (
    <>
      <section class="fields">
        <Field
          label={g('show.title')}
          value={now.title}
          placeholder={g('show.title.hint')}
          error={tried && now.title.trim() === '' ? t('need.this') : fieldRefused(refused, 'title')}
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
        {timed && (
          <Field
            label={g('show.starts')}
            type="datetime-local"
            value={now.starts}
            help={g('show.starts.help', { city: zoneCity() })}
            error={past ?? fieldRefused(refused, 'startsAt')}
            onInput={(event) => set({ starts: event.currentTarget.value })}
          />
        )}
      </section>
      <section>
        <LineupField lineup={now.lineup} onChange={(lineup) => set({ lineup })} />
      </section>
    </>
  )
}

function draftOf({ title, startsAt, lineup }: Show): ShowDraft {
  return {
    title,
    starts: startsAt === null ? '' : localOf(startsAt),
    lineup: lineup.map(({ id }) => id),
  }
}

/** A time that was there already may have passed; a new one may not. */
function isPast(starts: string, before: string): boolean {
  return starts !== '' && starts !== before && Date.parse(starts) < serverNow()
}

function instantOf(local: string): string {
  return new Date(local).toISOString()
}

/** An instant as a field for local time wants it: `2026-11-22T20:00`. */
function localOf(instant: string): string {
  const there = new Date(instant)
  return new Date(there.getTime() - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
