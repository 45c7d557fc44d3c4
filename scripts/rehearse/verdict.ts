import type { Played } from './player.ts'

/** What the machine was seen to do while the crowd played. */
export type Seen = {
  cores: number
  /** CPU of the busiest second, in cores. */
  web: number
  postgres: number
  redis: number
  /** Over the whole rehearsal, of all cores; the crowd itself runs on the same machine. */
  crowd: number
  memoryBefore: number
  memoryAfter: number
  memoryFree: number
  /** Did `npm run verify` find every promise kept? */
  kept: boolean
}

export type Verdict = { word: 'ready' | 'tight' | 'not ready'; because: string[] }

/** Waiting that people notice, and waiting that they complain about. */
const noticedMs = 250
const unbearableMs = 1_000
/** A process that is this busy in its busiest second has no room for a better evening. */
const busyCore = 0.8

/** What a host wants to know: will it hold? */
export function verdictOf(played: Played, seen: Seen): Verdict {
  const wrong = [
    ...(seen.kept
      ? []
      : ['a promise about stock, money or log was broken; npm run verify names it']),
    ...(played.held > played.units ? [`${played.held} were held of ${played.units}`] : []),
    ...(played.wrongCount > 0
      ? [`${played.wrongCount} things went wrong, such as ${played.wrong.join('; ')}`]
      : []),
    ...slow(played, unbearableMs),
  ]
  if (wrong.length > 0) return { word: 'not ready', because: wrong }
  const tight = [
    ...slow(played, noticedMs),
    ...(seen.web > busyCore
      ? [`the web process was ${percent(seen.web)} busy in its busiest second`]
      : []),
  ]
  if (tight.length > 0) return { word: 'tight', because: tight }
  return {
    word: 'ready',
    because: ['hardly anybody waited, nothing was lost, nothing was sold twice'],
  }
}

function slow({ pin, hold, message }: Played, limitMs: number): string[] {
  const all = { 'a pin': pin, 'a press on Buy': hold, 'a message': message }
  return Object.entries(all)
    .filter(([, { p99 }]) => p99 > limitMs)
    .map(
      ([what, { p99 }]) =>
        `${what} took ${n(Math.round(p99))} ms or longer once in a hundred times`,
    )
}

/** The rehearsal as a host reads it. */
export function told(title: string, played: Played, seen: Seen): string {
  const { word, because } = verdictOf(played, seen)
  const refused = Object.entries(played.refusals).map(([code, n]) => `${n} ${code}`)
  const grown = (seen.memoryAfter - seen.memoryBefore) / 2 ** 20
  const rows: [string, string][] = [
    ['came', `${n(played.came)} · ${n(played.left)} dropped out, ${n(played.cameBack)} came back`],
    ['talk', `${n(played.said)} messages · ${n(played.reactions)} hearts`],
    [
      'the drop',
      `${n(played.units)} units, ${n(played.wanted)} wanted one: ${n(played.held)} held, ${n(played.soldOut)} too late`,
    ],
    ['paid', `${some(played.paid, 'order')} · ${some(played.declined, 'card')} declined`],
    ['rude', `${n(played.misbehaved)}, each refused · ${n(played.silent)} stopped reading`],
    ...(refused.length > 0 ? [['refused', refused.join(', ')] as [string, string]] : []),
    ['pin', `${times(played.pin)}  from the press to the screen`],
    ['hold', `${times(played.hold)}  from the press to the answer`],
    ['message', `${times(played.message)}  from sending to reading`],
    ['web', `${bar(seen.web)} of one core in the busiest second`],
    ['postgres', `${bar(seen.postgres)}`],
    ['redis', `${bar(seen.redis)}`],
    [
      'crowd',
      `${bar(seen.crowd / seen.cores)} of all ${seen.cores} cores: it plays on this machine too`,
    ],
    ['memory', `${grown.toFixed(0)} MB more in the web process · ${gb(seen.memoryFree)} GB free`],
    ['video', 'not played; what a picture for each viewer costs, npm run bench -- media measures'],
    ['promises', seen.kept ? 'stock, money and log recounted: all kept' : 'BROKEN'],
  ]
  const lines = rows.map(([name, text]) => `  ${name.padEnd(9)} ${text}`)
  return [
    title,
    '',
    ...lines,
    '',
    `Verdict: ${word} for ${n(played.came)} viewers. ${sentence(because)}`,
  ].join('\n')
}

const n = (value: number) => value.toLocaleString('en')
const percent = (share: number) => `${Math.round(share * 100)} %`
const gb = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
const sentence = (parts: string[]) => `${parts.join('; ')}.`.replace(/^./, (c) => c.toUpperCase())
const some = (count: number, thing: string) => `${n(count)} ${thing}${count === 1 ? '' : 's'}`
const times = ({ p50, p99 }: { p50: number; p99: number }) =>
  `half within ${p50.toFixed(0)} ms, 99 of 100 within ${p99.toFixed(0)} ms (p99)`

const barWidth = 20

function bar(share: number): string {
  const full = Math.min(barWidth, Math.round(share * barWidth))
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent(share)}`
}
