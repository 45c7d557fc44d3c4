import { useId, useState } from 'preact/hooks'
import type { EmbedPlace, EmbedRules } from '../../../shared/wire/embeds.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { asRefused } from '../../api/refused.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Switch } from '../../ui/field.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { tellRefused } from '../../ui/refusal.ts'
import { Loading } from '../../ui/states.tsx'
import { at, dayName } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { NotHere } from '../shell.tsx'
import { useGuard } from '../use.ts'
import { e } from './words-embeds.ts'

const rowsMax = 20

/** Which pages of others may show the merchant's shows. */
export function Embeds() {
  const asked = useAsked(() => call('GET', '/merchant/embeds'), [])
  return (
    <section class="embeds" id="embeds">
      <h2>{e('title')}</h2>
      <p class="quiet small">{e('help')}</p>
      {asked.value !== undefined ? (
        <Rules rules={asked.value} onChange={asked.set} />
      ) : asked.refused === undefined ? (
        <Loading rows={2} />
      ) : (
        <NotHere refused={asked.refused} title={e('failed')} again={asked.again} />
      )}
    </section>
  )
}

type RulesProps = { rules: EmbedRules; onChange: (rules: EmbedRules) => void }

function Rules({ rules, onChange }: RulesProps) {
  const [rows, setRows] = useState(rules.origins)
  const [signedOnly, setSignedOnly] = useState(rules.signedOnly)
  const [wrong, setWrong] = useState<ReadonlySet<number>>(new Set())
  const [busy, run] = useBusy((thrown) => {
    const at = asRefused(thrown).errors.map(({ pointer }) => Number(pointer.split('/')[2]))
    setWrong(new Set(at.filter((n) => !Number.isNaN(n))))
    tellRefused(thrown)
  })
  const dirty =
    JSON.stringify([rows, signedOnly]) !== JSON.stringify([rules.origins, rules.signedOnly])
  useGuard(dirty)
  const save = () =>
    run(async () => {
      const origins = rows.map(({ origin, showId }) => ({ origin: originOf(origin), showId }))
      const now = await call('PUT', '/merchant/embeds', { body: { origins, signedOnly } })
      onChange(now)
      setRows(now.origins)
      setWrong(new Set())
      toast({ text: e('saved'), tone: 'ok' })
    })
  const put = (n: number, to: Partial<EmbedPlace>) =>
    setRows(rows.map((row, i) => (i === n ? { ...row, ...to } : row)))
  return (
    <>
      {rows.length === 0 && <p class="small">{e('none')}</p>}
      <Rows rows={rows} wrong={wrong} put={put} drop={(n) => setRows(rows.toSpliced(n, 1))} />
      {rows.length < rowsMax && (
        <Button
          kind="quiet-btn"
          size="desk"
          icon="plus"
          onClick={() => setRows([...rows, { origin: '', showId: null }])}
        >
          {e('add')}
        </Button>
      )}
      <div class="row">
        <span>
          <b>{e('signed')}</b>
          <br />
          <small class="quiet">{e('signed.help')}</small>
        </span>
        <span class="push">
          <Switch label={e('signed')} on={signedOnly} onChange={setSignedOnly} />
        </span>
      </div>
      {signedOnly && <Secret rules={rules} onChange={onChange} />}
      <Button size="desk" disabled={!dirty} busy={busy && e('saving')} onClick={save}>
        {e('save')}
      </Button>
    </>
  )
}

type RowsProps = {
  rows: EmbedPlace[]
  wrong: ReadonlySet<number>
  put: (n: number, to: Partial<EmbedPlace>) => void
  drop: (n: number) => void
}

function Rows({ rows, wrong, put, drop }: RowsProps) {
  const id = useId()
  const mine = useAsked(() => call('GET', '/shows', { query: { mine: true, limit: 100 } }), [])
  const shows = mine.value?.items ?? []
  return (
    <div class="embed-rows">
      {rows.map(({ origin, showId }, n) => (
        // oxlint-disable-next-line react/no-array-index-key -- rows have no other name while typed
        <div key={n} class="embed-row" role="group" aria-label={e('row', { n: n + 1 })}>
          <Field
            desk
            label={e('page')}
            dir="ltr"
            autocomplete="off"
            inputMode="url"
            placeholder={e('page.hint')}
            value={origin}
            error={wrong.has(n) ? e('page.wrong') : undefined}
            onInput={(event) => put(n, { origin: event.currentTarget.value })}
          />
          <div class="field">
            <label for={`${id}${n}`}>{e('which')}</label>
            <select
              id={`${id}${n}`}
              class="input desk"
              value={showId ?? ''}
              onChange={(event) => put(n, { showId: event.currentTarget.value || null })}
            >
              <option value="">{e('all')}</option>
              {shows.map((show) => (
                <option key={show.id} value={show.id}>
                  {show.title}
                </option>
              ))}
            </select>
          </div>
          <Button
            kind="bare"
            size="desk"
            icon="trash"
            aria-label={e('remove', { page: origin || e('row', { n: n + 1 }) })}
            onClick={() => drop(n)}
          />
        </div>
      ))}
    </div>
  )
}

/** What a merchant's server signs tokens with. */
function Secret({ rules, onChange }: RulesProps) {
  const [secret, setSecret] = useState<string | null>(null)
  const [busy, run] = useBusy(tellRefused)
  const { secretSince } = rules
  const make = () =>
    run(async () => {
      const made = await call('POST', '/merchant/embeds/secret')
      setSecret(made.secret)
      onChange({ ...rules, secretSince: made.secretSince })
    })
  return (
    <>
      {secret !== null && (
        <LinkBox
          key={secret}
          label={e('secret.title')}
          help={e('secret.help')}
          link={secret}
          secret
        />
      )}
      <div class="row">
        <Button kind="quiet-btn" size="desk" busy={busy && e('secret.making')} onClick={make}>
          {e(secretSince === null ? 'secret.make' : 'secret.again')}
        </Button>
        {secretSince !== null && secret === null && (
          <span class="quiet small">
            {e('secret.since', {
              when: `${dayName(secretSince, serverNow())} ${at(secretSince)}`,
            })}
          </span>
        )}
      </div>
    </>
  )
}

/** People paste whole addresses; what counts is where they begin. */
function originOf(text: string): string {
  const trimmed = text.trim()
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  return URL.canParse(url) ? new URL(url).origin : trimmed
}
