import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { writeStraight } from './straight.ts'

it('brings every byte in order, also to somebody who begins to read when the kernel is full', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const [net] = (await once(server, 'connection')) as [Socket]
  const parts: Buffer[] = []
  for (let fullSince = 0; fullSince < 3; fullSince += net.writableLength > 0 ? 1 : 0) {
    const part = Buffer.alloc(300_000, parts.length)
    parts.push(part)
    writeStraight(net, part)
  }
  net.end()
  const read: Buffer[] = []
  for await (const chunk of client) read.push(chunk as Buffer)
  expect(Buffer.concat(read).equals(Buffer.concat(parts))).toBe(true)
  server.close()
})
