import { availableParallelism, cpus, loadavg } from 'node:os'
import type { Try } from '../support/night/crowd.ts'
import type { Arguments } from './arguments.ts'
import type { Outcome } from './evening.ts'

const shownMax = 20

/** The night as Markdown, and what is wrong with it. */
export function tell(
  { buyers, canary, nemesis, sales, wrong, refunds }: Outcome,
  { minutes, seed }: Arguments,
): { lines: string; wrong: string[] } {
  const { history } = buyers
  const good = (op: Try['op']) => buyers.count(op)
  const refused = [...Map.groupBy(history, ({ outcome }) => outcome)]
    .filter(([outcome]) => outcome !== 'ok')
    .map(([outcome, list]) => `${list.length} ${outcome}`)
    .join(', ')
  const asked = history.map(({ ms }) => ms)
  const { blows } = nemesis
  const [served, well] = [blows.map((one) => one.servedMs), blows.map((one) => one.wellMs)]
  const rows = [
    [
      'Machine',
      `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}; other work on it: load ${loadavg()[1]?.toFixed(1)}`,
    ],
    ['Requests', `${history.length}: ${history.length - notGood(history)} ok, ${refused}`],
    ['Slowest request', `${(Math.max(...asked) / 1_000).toFixed(1)} s`],
    ['Holds, orders', `${good('hold')}, ${good('order')}`],
    [
      'Paid, paid too late, refunded',
      `${good('pay')}, ${good('late')}, ${refunds} (every refund is settled at the bank)`,
    ],
    ['Given back, canceled', `${good('release')}, ${good('cancel')}`],
    ['Flash sales', String(sales)],
    ['Faults', `${blows.length}: ${counted(blows.map(({ name }) => name))}`],
    [
      'Served again after',
      `median ${seconds(at(served, 0.5))} s, slowest ${seconds(at(served, 1))} s`,
    ],
    [
      'All as before, processes started anew included',
      `median ${seconds(at(well, 0.5))} s, slowest ${seconds(at(well, 1))} s`,
    ],
    ['The show beside it', canary.words],
    [
      'Invariants',
      wrong.length === 0 ? '`npm run verify`: all hold' : `${wrong.length} findings, see below`,
    ],
  ]
  const head = [
    `\`npm run soak -- --minutes ${minutes} --seed ${seed}\`: two processes, 50 buyers.`,
    '',
    '| | |',
    '|---|---|',
  ]
  const lines = [...head, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')
  // What rows and people say comes before what the processes complained of.
  const [complaints, findings] = [true, false].map((is) =>
    wrong.filter((one) => one.startsWith('process ') === is),
  ) as [string[], string[]]
  return { lines, wrong: [...findings, ...complaints].slice(0, shownMax) }
}

const notGood = (history: Try[]) => history.filter(({ outcome }) => outcome !== 'ok').length

function counted(names: string[]): string {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, list]) => `${list.length} × ${name}`)
    .join('; ')
}

function at(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1)
