import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

/** Objects that live for a while, as those of a crowd that comes; then hardly any. */
const program = `
import { getHeapSpaceStatistics } from 'node:v8'
import { giveBackSpace } from '${new URL('./space.ts', import.meta.url).href}'
const spaceMb = () =>
  getHeapSpaceStatistics().find((s) => s.space_name === 'new_space').space_size / 2 ** 20
globalThis.crowd = []
while (spaceMb() < 64) {
  for (let i = 0; i < 10_000; i += 1) crowd.push({ name: 'viewer ' + i, at: [i, i + 1] })
  await new Promise((resolve) => setImmediate(resolve))
}
giveBackSpace()
const timer = setInterval(() => spaceMb() <= 8 && clearInterval(timer), 100)
`

it('gives the space for new objects back when a crowd has come and it is quiet', async () => {
  const flags = ['--max-semi-space-size=32', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, flags, { stdio: 'inherit' })
  expect(await once(child, 'exit')).toEqual([0, null])
}, 60_000)
