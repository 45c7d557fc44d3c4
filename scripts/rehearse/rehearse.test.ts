import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Misuse } from '../dev/arguments.ts'
import { readArguments } from './arguments.ts'
import { eveningOf } from './crowd.ts'
import type { Played } from './player.ts'
import { type Seen, told, verdictOf } from './verdict.ts'

const main = new URL('./main.ts', import.meta.url).pathname
const quick = { p50: 5, p99: 40, count: 100 }
const played: Played = {
  came: 500,
  left: 40,
  cameBack: 30,
  silent: 2,
  said: 300,
  reactions: 900,
  wanted: 150,
  held: 60,
  soldOut: 90,
  units: 60,
  paid: 45,
  declined: 2,
  refusals: {},
  misbehaved: 5,
  pin: quick,
  hold: quick,
  message: quick,
  wrong: [],
  wrongCount: 0,
  cpuMs: 900,
}
const seen: Seen = {
  cores: 2,
  web: 0.3,
  postgres: 0.2,
  redis: 0.02,
  crowd: 0.1,
  memoryBefore: 100e6,
  memoryAfter: 120e6,
  memoryFree: 8e9,
  kept: true,
}

describe('a rehearsal', () => {
  it('is the same evening for the same seed, and another one for another', () => {
    const evening = eveningOf(7, 300, 60)
    expect(eveningOf(7, 300, 60)).toEqual(evening)
    expect(eveningOf(8, 300, 60)).not.toEqual(evening)
  })

  it('lets everybody come, and has more who want a unit than units', () => {
    const { acts, units, opensAtMs, saleAtMs } = eveningOf(7, 300, 60)
    const whoCame = new Set(acts.filter((a) => a.do === 'come').map((a) => a.viewer))
    const buys = acts.filter((a) => a.do === 'buy')
    expect(whoCame.size).toBe(300)
    expect(buys.length).toBeGreaterThan(units)
    expect(buys.every((a) => a.atMs >= opensAtMs)).toBe(true)
    expect(opensAtMs).toBeGreaterThan(saleAtMs)
    expect(acts.every((a, i) => i === 0 || a.atMs >= (acts[i - 1]?.atMs ?? 0))).toBe(true)
    expect(acts.every((a) => a.atMs <= 60_000)).toBe(true)
  })

  it.each([
    [['--viewers', 'many'], '--viewers many'],
    [['--viewers', '1000000'], 'from 10 to 10000'],
    [['--seconds', '5'], '--seconds 5'],
    [['--seed', '1.5'], '--seed 1.5'],
    [['--crowd', '3'], '--crowd'],
  ])('says what is wrong with %j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(Misuse)
    expect(() => readArguments(args)).toThrow(sentence)
  })

  it('ends with 2 when it is asked wrongly', () => {
    expect(spawnSync(process.execPath, [main, '--viewers', 'many']).status).toBe(2)
  })

  it('is ready, tight or not ready by what people would notice', () => {
    expect(verdictOf(played, seen).word).toBe('ready')
    expect(verdictOf(played, { ...seen, web: 0.95 }).word).toBe('tight')
    expect(verdictOf({ ...played, hold: { ...quick, p99: 400 } }, seen).word).toBe('tight')
    expect(verdictOf({ ...played, pin: { ...quick, p99: 1_500 } }, seen).word).toBe('not ready')
    expect(verdictOf({ ...played, held: 61 }, seen).word).toBe('not ready')
    expect(verdictOf({ ...played, wrong: ['a gap'], wrongCount: 1 }, seen).word).toBe('not ready')
    expect(verdictOf(played, { ...seen, kept: false }).word).toBe('not ready')
  })

  it('tells a host what happened and what is off', () => {
    const text = told('Rehearsal', { ...played, pin: { ...quick, p99: 1_500 } }, seen)
    expect(text).toContain('60 units, 150 wanted one: 60 held, 90 too late')
    expect(text).toContain('45 orders · 2 cards declined')
    expect(text).toContain(
      'Verdict: not ready for 500 viewers. A pin took 1,500 ms or longer once in a hundred times.',
    )
  })
})
