import { useEffect, useRef } from 'preact/hooks'
import { me } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { money } from '../../ui/money.ts'
import { rich } from '../../ui/rich.tsx'
import { Empty, Failed, Strip } from '../../ui/states.tsx'
import { atSecond } from '../../ui/time.ts'
import { Desk, PageTop } from '../shell.tsx'
import { type Report, recount, recountHouse } from './recount.ts'
import { h } from './words-house.ts'

type Check = Report['checks'][number]

/** Findings of one rule that are shown; a program reads all of them with `npm run verify -- --json`. */
const shownMax = 20

/** For whoever runs the house: stock, money, log and moderation, counted anew from their rows. */
export function ProofPage() {
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const isAdmin = me.value?.account.kind === 'admin'
  const { asked, report } = recount.value
  const start = () => void recountHouse(() => here.current)
  return (
    <Desk at="proof" title={h('title')}>
      <PageTop title={h('title')}>
        {isAdmin && (
          <Button size="desk" icon="refresh" busy={asked !== null && h('busy')} onClick={start}>
            {h(report === null ? 'start' : 'again')}
          </Button>
        )}
      </PageTop>
      <div class="strip-place">
        <Verdict />
      </div>
      <div class="desk-list rule">
        {isAdmin ? <Body start={start} /> : <Empty icon="lock" title={h('only.admins')} />}
      </div>
    </Desk>
  )
}

function Verdict() {
  const { asked, report } = recount.value
  if (asked !== null) {
    const says = asked === 0 ? h('strip.busy.first') : h('strip.busy', { n: asked })
    return (
      <Strip tone="info" icon="refresh">
        {rich(says)}
      </Strip>
    )
  }
  if (report === null) return null
  const broken = report.checks.filter(({ found }) => found > 0).length
  const all = report.checks.length
  const time = atSecond(report.finishedAt)
  return (
    <Strip tone={report.ok ? 'good' : 'bad'} icon={report.ok ? 'shield-full' : 'alert'}>
      {rich(
        report.ok ? h('strip.good', { n: all, time }) : h('strip.bad', { n: broken, all, time }),
      )}
    </Strip>
  )
}

function Body({ start }: { start: () => void }) {
  const { report, refused } = recount.value
  if (refused !== null)
    return <Failed title={h('failed')} reference={refused.reference} retry={start} />
  if (report === null) return <Empty icon="shield" title={h('none')} help={h('none.help')} />
  const { checks, summary } = report
  return (
    <div class="house-proof">
      <Broken checks={checks.filter(({ found }) => found > 0)} />
      <Units {...summary.units} />
      <Money rows={summary.money} />
      <Waiting {...summary.waiting} />
      <Rules checks={checks.filter(({ found }) => found === 0)} />
    </div>
  )
}

function Broken({ checks }: { checks: Check[] }) {
  if (checks.length === 0) return null
  return (
    <section>
      <h2>{h('broken')}</h2>
      {checks.map(({ rule, found, findings }) => (
        <div key={rule} class="broken-rule">
          <b>{rule}</b>
          <ul>
            {findings.slice(0, shownMax).map(({ id, detail }) => (
              <li key={`${id} ${detail}`}>
                <code>{id}</code> {detail}
              </li>
            ))}
            {found > shownMax && <li class="quiet">{h('broken.more', { n: found - shownMax })}</li>}
          </ul>
        </div>
      ))}
    </section>
  )
}

function Figures({ figures }: { figures: readonly (readonly [word: string, value: string])[] }) {
  return (
    <dl class="report-figures">
      {figures.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd class="num">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Units({ onHand, sold, held, available }: Report['summary']['units']) {
  const figures = [
    [h('on.hand'), onHand],
    [h('sold'), sold],
    [h('held'), held],
    [h('free'), available],
  ] as const
  return (
    <section>
      <h2>{h('units')}</h2>
      <Figures figures={figures.map(([word, n]) => [word, n.toLocaleString()])} />
    </section>
  )
}

/** A currency each: what came in and went out, and what it was for. */
function Money({ rows }: { rows: Report['summary']['money'] }) {
  return (
    <section>
      <h2>{h('money')}</h2>
      {rows.length === 0 && <p class="quiet">{h('no.money')}</p>}
      {rows.map(({ currency, ...sums }) => (
        <Figures
          key={currency}
          figures={[
            [h('taken'), money(sums.taken)],
            [h('given.back'), money(sums.givenBack)],
            [h('owed.back'), money(sums.owedBack)],
            [h('sales'), money(sums.sales)],
            [h('delivery'), money(sums.delivery)],
            [h('fees'), money(sums.fees)],
          ]}
        />
      ))}
    </section>
  )
}

function Waiting({ holds, orders, refunds }: Report['summary']['waiting']) {
  const lines = [
    holds > 0 && h('waiting.holds', { n: holds }),
    orders > 0 && h('waiting.orders', { n: orders }),
    refunds > 0 && h('waiting.refunds', { n: refunds }),
  ].filter((line) => line !== false)
  return (
    <section>
      <h2>{h('waiting')}</h2>
      {lines.length === 0 ? (
        <p class="quiet">{h('waiting.none')}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Rules({ checks }: { checks: Check[] }) {
  return (
    <details>
      <summary>{h('rules', { n: checks.length })}</summary>
      <ul class="kept-rules">
        {checks.map(({ rule, shows }) => (
          <li key={rule}>
            <Icon name="check" />
            <span>
              {rule} <small class="quiet">{h('shows', { names: shows.join(', ') })}</small>
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
