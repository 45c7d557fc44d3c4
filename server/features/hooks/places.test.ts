import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReceiver } from '../../../test/support/receiver.ts'
import { isPublic, mustBePlace, onlyPublic } from './places.ts'
import { postOne } from './post.ts'

const production = { anywhere: false, plain: false }
const nobody = new AbortController().signal

let receiver: Awaited<ReturnType<typeof openReceiver>>
beforeAll(async () => {
  receiver = await openReceiver()
})
afterAll(() => receiver.close())

const inside = [
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '192.0.0.192',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  '::7f00:1',
  '4000::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '100::1',
  '2001:db8::1',
]

test.each(inside)('%s is not open to the world', (address) => {
  expect(isPublic(address)).toBe(false)
})

test.each(['8.8.8.8', '203.0.112.1', '100.128.0.1', '2606:4700::1111'])(
  '%s is open to the world',
  (address) => {
    expect(isPublic(address)).toBe(true)
  },
)

test.each([
  'http://shop.example/news',
  'https://user:key@shop.example/',
  'https://user@shop.example/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://erp.localhost:8443/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://１２７.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://',
])('a webhook to %s is refused', (url) => {
  expect(() => mustBePlace(url, production)).toThrow(
    expect.objectContaining({ code: 'VALIDATION' }),
  )
})

test('a webhook to a name of the web is taken, by its port and with its key', () => {
  mustBePlace('https://erp.shop.example:8443/news?key=1', production)
})

test('what would be refused now is not called, whatever was taken before', async () => {
  const letter = { url: receiver.url, headers: {}, body: '{}' }
  for (const places of [
    production,
    { anywhere: false, plain: true },
    { anywhere: true, plain: false },
  ]) {
    const { status, answer } = await postOne(letter, places, nobody)
    expect(status).toBeNull()
    expect(answer).toMatch(/^(Begin it with|This address is not open)/)
  }
  expect(receiver.heard).toEqual([])
})

/** A call to a name that is found at these addresses at this moment. */
function callAt(addresses: string[]): Promise<unknown> {
  const { port } = new URL(receiver.url)
  const lookup = onlyPublic(async () => addresses.map((address) => ({ address, family: 4 })))
  return new Promise((resolve, reject) => {
    const asked = request({ host: 'erp.shop.example', port, lookup, method: 'POST', agent: false })
    asked.on('response', resolve).on('error', reject).end('{}')
  })
}

// DNS rebinding: it was public when somebody looked.
test('a name that has become private is not called', async () => {
  await expect(callAt(['127.0.0.1'])).rejects.toThrow('is not public')
  expect(receiver.heard).toEqual([])
})

test.each([[['8.8.8.8', '127.0.0.1']], [[]]])('a name that is %j is not called', async (found) => {
  await expect(callAt(found)).rejects.toThrow('is not public')
  expect(receiver.heard).toEqual([])
})

const anywhere = { anywhere: true, plain: true }
const post = () => postOne({ url: receiver.url, headers: {}, body: '{}' }, anywhere, nobody)

test('where an answer leads, nobody follows', async () => {
  const elsewhere = await openReceiver()
  receiver.answer((reply) => reply.writeHead(302, { location: elsewhere.url }).end())
  expect(await post()).toMatchObject({ status: 302 })
  expect(elsewhere.heard).toEqual([])
  elsewhere.close()
})

test('of an answer without end the beginning is read', async () => {
  receiver.answer((reply) => {
    reply.writeHead(200)
    const more = () => reply.write('\0x'.repeat(10_000), (gone) => gone ?? more())
    more()
  })
  const { status, answer } = await post()
  expect(status).toBe(200)
  expect(answer).toBe('x'.repeat(500))
})

test('an answer that is no HTTP, and none at all, are outcomes', async () => {
  receiver.answer((reply) => reply.socket?.end('SSH-2.0-OpenSSH\r\n'))
  expect(await post()).toMatchObject({ status: null, answer: 'HPE_INVALID_CONSTANT' })
  receiver.answer((reply) => reply.socket?.destroy())
  expect(await post()).toMatchObject({ status: null, answer: 'ECONNRESET' })
})

test('an answer that would go over to another protocol is an outcome, and not waited for', async () => {
  receiver.answer(({ socket }) => {
    socket?.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  expect(await post()).toEqual({ status: null, answer: 'no connection' })
})
