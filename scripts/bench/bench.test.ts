import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Misuse } from '../dev/arguments.ts'
import { waitUntil } from '../dev/processes.ts'
import { readArguments } from './arguments.ts'
import { charts } from './charts.ts'
import { paths } from './paths.ts'
import { Verdicts } from './press/verdicts.ts'
import { keptResults, unexplained } from './publish.ts'
import { reasons } from './reasons.ts'
import { Figures, jsonOf, judge, machine } from './report.ts'

const main = new URL('./main.ts', import.meta.url).pathname
const limitMs = 120_000

describe('the bench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'))
  chmodSync(folder, 0o711)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    [['nothing-like-it'], 'There is no bench "nothing-like-it"'],
    [['drop', 'fanout'], 'One bench at a time'],
    [['report', 'drop'], 'report takes nothing else'],
    [['drop', '--quik'], '--quik'],
    [['--quick'], 'Which path?'],
    [['drop', '--seed', '-1'], 'seed'],
    [['drop', '--json', '/no/such/folder/a.json'], 'there is no folder /no/such/folder'],
    [['drop', '--json', tmpdir()], 'that is a folder'],
  ])('says what is wrong with %j', (args, sentence) => {
    expect(() => readArguments(args, ['drop', 'fanout'])).toThrow(Misuse)
    expect(() => readArguments(args, ['drop', 'fanout'])).toThrow(sentence)
  })

  it('ends with 2 when it is asked for what it has not, and lists what it has when asked for nothing', () => {
    expect(spawnSync(process.execPath, [main, 'nothing-like-it']).status).toBe(2)
    const listed = spawnSync(process.execPath, [main], { encoding: 'utf8' })
    expect(listed.status).toBe(0)
    for (const name of Object.keys(paths)) expect(listed.stdout).toContain(name)
    const rooms = ['fanout', 'busy', 'crowd', 'storm', 'stalled']
    const named = ['drop', 'press', 'sustained', 'media', 'join', 'glass', 'start', ...rooms]
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(named))
  })

  it('says how it goes when asked, and when npm took an option that was meant for it', () => {
    expect(readArguments(['--help'], ['drop'])).toBe('list')
    expect(() => readArguments(['drop', '--help'], ['drop'])).toThrow('npm run bench -- <path>')
    vi.stubEnv('npm_config_quick', 'true')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => readArguments(['drop'], ['drop'])).toThrow('npm kept --quick for itself')
  })

  it('looks at every verdict: none twice, each in its window of time', () => {
    const verdicts = new Verdicts()
    const now = performance.now()
    verdicts.granted('a', now)
    verdicts.soldOut(now)
    const told = verdicts.tell(0.001)
    expect(told).toMatchObject({ granted: 1, soldOut: 1, wrong: [] })
    expect(told.windows.length).toBeGreaterThan(0)
    verdicts.granted('a', now)
    expect(verdicts.tell()).toMatchObject({ granted: 1, wrong: ['hold a was given twice'] })
  })

  it('draws, keeps and excuses only what it can measure', () => {
    const drawn = charts.map(({ path }) => path)
    const kept = keptResults().map(({ name }) => name)
    const excused = Object.keys(reasons).map((reason) => reason.split(':')[0])
    for (const name of [...drawn, ...kept, ...excused]) expect(Object.keys(paths)).toContain(name)
  })

  it('leaves no process and no file behind when it is interrupted', async () => {
    const env = { ...process.env, TMPDIR: folder }
    const bench = spawn(process.execPath, [main, 'drop', '--quick'], { env, stdio: 'ignore' })
    const ended = once(bench, 'exit')
    const driversRun = () => processesWith(folder).filter((p) => p.includes('driver.ts')).length > 1
    expect(await waitUntil(driversRun, limitMs)).toBe(true)
    bench.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    expect(await waitUntil(() => processesWith(folder).length === 0, limitMs)).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  }, 300_000)

  it('has a reason for every target that a kept result missed', () => {
    expect(unexplained(keptResults())).toEqual([])
    const missed = { of: 'ours', to: 'a target of no bench', value: 1, target: 2, met: false }
    const report = { name: 'x', machine: machine(), runs: 3, results: [], notes: [] }
    expect(unexplained([{ ...report, ratios: [missed] }])).toHaveLength(1)
    expect(unexplained([{ ...report, ratios: [{ ...missed, met: true }] }])).toEqual([])
  })

  it('tells programs what it measured, and no more than was agreed', () => {
    const figures = new Figures()
    for (const value of [3, 1, 2]) figures.add('ours', 'rate', '/s', value)
    figures.add('peer', 'rate', '/s', 1)
    const times = (f: Figures) => f.median('ours', 'rate') / f.median('peer', 'rate')
    const targets = [
      { of: 'ours', to: 'peer', target: 2, value: times },
      { of: 'ours', to: 'nobody', target: 1.5, atMost: true as const, value: times },
      { of: 'ours', to: 'who did not come', target: 1, value: () => undefined },
    ]
    const results = figures.results()
    const ratios = judge(targets, figures)
    const report = { name: 'x', machine: machine(), runs: 3, results, ratios, notes: ['said'] }
    const told = JSON.parse(jsonOf(report))
    expect(Object.keys(told)).toEqual(['name', 'machine', 'runs', 'results', 'ratios'])
    expect(told.results[0]).toEqual({
      who: 'ours',
      metric: 'rate',
      unit: '/s',
      median: 2,
      min: 1,
      max: 3,
    })
    expect(told.ratios).toEqual([
      { of: 'ours', to: 'peer', value: 2, target: 2, met: true },
      { of: 'ours', to: 'nobody', value: 2, target: 1.5, met: false },
    ])
  })
})

/** Command lines of processes that were started with this folder in their environment or arguments. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return `${command}${environment}`.includes(folder) ? [command] : []
      } catch {
        return [] // it ended meanwhile, or belongs to somebody else
      }
    })
}
