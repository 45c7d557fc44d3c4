import { afterEach, expect, test, vi } from 'vitest'

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
const programs = new URL('./programs.mjs', import.meta.url).href
const run = new URL('./run.mjs', import.meta.url).href
const { wantFfmpeg } = await import(programs)
const { SetUpError } = await import(run)
const said = vi.spyOn(console, 'log').mockImplementation(() => {})

afterEach(() => {
  machine.programs.clear()
  said.mockClear()
})

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

test('where that fails, it goes on and says why', async () => {
  machine.canInstall = true
  machine.install = () => {
    throw new SetUpError('apt-get install ffmpeg failed: no network', 'mend the network')
  }
  await wantFfmpeg()
  expect(words()).toMatch(/No ffmpeg[^]*no network[^]*What to do: mend the network/)
})
