import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { writeStraight } from './straight.ts'
import { plainFdOf } from './wire.ts'

it('brings every byte in order, also to somebody who begins to read when the kernel is full', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const [net] = (await once(server, 'connection')) as [Socket]
  const fd = plainFdOf(net)
  expect(fd).toBeGreaterThan(0)
  const parts: Buffer[] = []
  for (let fullSince = 0; fullSince < 3; fullSince += net.writableLength > 0 ? 1 : 0) {
    const part = Buffer.alloc(300_000, parts.length)
    parts.push(part)
    writeStraight({ net, fd }, part)
  }
  net.end()
  const read: Buffer[] = []
  for await (const chunk of client) read.push(chunk as Buffer)
  expect(Buffer.concat(read).equals(Buffer.concat(parts))).toBe(true)
  server.close()
})

it('writes nothing to a number that is somebody else’s by now', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const open = async () => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
    const [net] = (await once(server, 'connection')) as [Socket]
    net.on('error', () => {})
    return { client, net, fd: plainFdOf(net) }
  }
  const gone = await open()
  gone.net.destroy()
  await once(gone.client, 'close')
  const next = await open()
  writeStraight({ net: gone.net, fd: next.fd }, Buffer.from('not for you'))
  next.net.end()
  await once(next.client, 'end')
  expect(next.client.bytesRead).toBe(0)
  server.close()
})
