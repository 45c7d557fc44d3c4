import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'

const machine = vi.hoisted(() => ({
  programs: new Set<string>(),
  canInstall: true,
  install: (_: string[]): void => undefined,
}))
vi.mock('./system.mjs', () => ({
  find: (name: string) => (machine.programs.has(name) ? `/usr/bin/${name}` : undefined),
  canInstall: () => machine.canInstall,
  install: async (packages: string[]) => machine.install(packages),
}))
for (const name of ['FFMPEG_PATH', 'RECORD', 'HLS']) vi.stubEnv(name, '')
const cache = mkdtempSync(join(tmpdir(), 'vitrine-programs-'))
vi.stubEnv('XDG_CACHE_HOME', cache)
const programs = new URL('./programs.mjs', import.meta.url).href
const run = new URL('./run.mjs', import.meta.url).href
const { wantFfmpeg } = await import(programs)
const { SetUpError } = await import(run)
const said = vi.spyOn(console, 'log').mockImplementation(() => {})

afterEach(() => {
  machine.programs.clear()
  rmSync(join(cache, 'vitrine'), { recursive: true, force: true })
  said.mockClear()
})

afterAll(() => rmSync(cache, { recursive: true, force: true }))

const words = () => said.mock.calls.flat().join('\n')

test('a start where packages may be installed brings ffmpeg, once', async () => {
  machine.canInstall = true
  const installed: string[][] = []
  machine.install = (packages) => {
    installed.push(packages)
    for (const name of packages) machine.programs.add(name)
  }
  await wantFfmpeg()
  await wantFfmpeg()
  expect(installed).toEqual([['ffmpeg']])
  expect(words()).toBe('')
})

test('where they may not, it goes on and says what is missing and the command', async () => {
  machine.canInstall = false
  await wantFfmpeg()
  expect(words()).toMatch(/No ffmpeg: shows are not recorded[^]*apt-get install ffmpeg/)
})

test('where that fails, it goes on and says why, and the next start of that day does not wait for it', async () => {
  machine.canInstall = true
  let tries = 0
  machine.install = () => {
    tries++
    throw new SetUpError('apt-get install ffmpeg failed: no network', 'mend the network')
  }
  await wantFfmpeg()
  expect(words()).toMatch(/No ffmpeg[^]*no network[^]*What to do: mend the network/)

  said.mockClear()
  await wantFfmpeg()
  expect(words()).toMatch(
    /No ffmpeg[^]*less than a day ago[^]*no network[^]*delete .*ffmpeg-failed/,
  )
  expect(tries).toBe(1)

  const mark = join(cache, 'vitrine', 'ffmpeg-failed')
  const yesterday = Date.now() / 1_000 - 24 * 3_600
  utimesSync(mark, yesterday, yesterday)
  await wantFfmpeg()
  expect(tries).toBe(2)
})
