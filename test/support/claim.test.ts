import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { claimPorts } from './claim.ts'

test('who begins to look at the same place gets other ports, and a block with a taken one is passed over', async () => {
  const blocks = { first: 9_000, ports: 4, blocks: 40 }
  const one = await claimPorts(blocks)
  const other = await claimPorts(blocks)
  onTestFinished(() => other.release())
  expect(other.base).not.toBe(one.base)

  one.release()
  const server = createServer().listen(one.base + 3, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const third = await claimPorts(blocks)
  onTestFinished(() => third.release())
  expect([one.base, other.base]).not.toContain(third.base)
})
