import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newId } from '../../server/base/ids.ts'
import { allCommands } from '../../shared/wire/wire.ts'
import { type House, openHouse } from '../support/house.ts'
import { type Stage, setStage } from '../support/stage.ts'
import { watchHouse } from '../support/watch-house.ts'
import { dialSocket, exchange, listen, requestOf } from './wire.ts'

/** The socket door under Socket.IO: handshakes, frames and packets that no client would send. */

let house: House
let stage: Stage
let token: string
let afterwards: () => Promise<void>

beforeAll(async () => {
  house = await openHouse()
  stage = await setStage(house)
  token = stage.host.token
  afterwards = await watchHouse(house)
})
afterAll(() => house.close())

/** A socket that has said who it is. */
async function signedIn() {
  const { socket } = await dialSocket(house)
  const heard = listen(socket)
  socket.send(`40{"token":"${token}"}`)
  await soon(() => heard.packets.some((packet) => packet.startsWith('40')))
  return { socket, ...heard }
}

const soon = (isSo: () => boolean) => expect.poll(isSo, { timeout: 10_000 }).toBe(true)
const closed = (heard: { closed(): boolean }) => soon(heard.closed)

describe('handshakes', () => {
  test.each([
    'EIO=3&transport=websocket',
    'transport=websocket',
    'EIO=4&transport=polling',
    'EIO=4&transport=webtransport',
    'EIO=4&transport=websocket&sid=__proto__',
    'EIO=4&transport=websocket&sid=constructor',
    'EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAAAAAA',
    'EIO[]=4&transport=websocket',
    'EIO=4&transport=__proto__',
  ])('%s is refused', async (query) => {
    const { socket, refused } = await dialSocket(house, query)
    const heard = listen(socket)
    // By a status, or after the upgrade and without a word.
    if (refused === undefined) await closed(heard)
    else expect([0, 400]).toContain(refused)
    expect(heard.packets).toEqual([])
    socket.terminate()
  })

  test("another's id opens nothing", async () => {
    const { socket, packets } = await signedIn()
    const sid = /"sid":"([^"]+)"/.exec(packets.join(''))?.[1] ?? 'none'
    const other = await dialSocket(house, `EIO=4&transport=websocket&sid=${sid}`)
    expect(other.refused).not.toBeUndefined()
    socket.terminate()
  })

  test('polling is no way in, whatever it carries', async () => {
    for (const body of [
      'garbage',
      '4'.repeat(10_000),
      Array.from({ length: 10_000 }, () => '2').join('\u001e'),
    ]) {
      const head = [`Content-Length: ${body.length}`, 'Content-Type: application/octet-stream']
      const line = 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1'
      expect(await exchange(house, requestOf(line, head, body))).toBe(400)
    }
  })

  test('an upgrade that changes its version on the way, and then beats, ends itself alone', async () => {
    const { socket, refused } = await dialSocket(house, 'EIO=3&transport=websocket&EIO=4')
    if (refused === undefined) socket.send('2')
    socket.terminate()
    const late = await dialSocket(house, 'EIO=4&EIO=3&transport=websocket')
    if (late.refused === undefined) late.socket.send('3')
    late.socket.terminate()
  })

  test('nothing is packed, so nothing unpacks into a bomb', async () => {
    const { socket } = await dialSocket(house, undefined, { perMessageDeflate: true })
    expect(socket.extensions).toBe('')
    socket.terminate()
  })

  test.each([
    '"a string"',
    '[]',
    '7',
    '{"token":{"$gt":""}}',
    '{"token":["a"]}',
    '{"token":""}',
    '{"__proto__":{"token":"x"}}',
  ])('who says %s is told no', async (auth) => {
    const { socket } = await dialSocket(house)
    const heard = listen(socket)
    socket.send(`40${auth}`)
    await soon(() => heard.closed() || heard.packets.some((p) => /^4[04]/.test(p)))
    expect(
      heard.packets.some((packet) => packet.startsWith('40{"sid"')) && auth.includes('$gt'),
    ).toBe(false)
    socket.terminate()
  })

  test('there is one namespace', async () => {
    for (const name of ['/admin', `/stream-${newId()}`, '/__proto__', `/${'x'.repeat(5_000)}`]) {
      const { socket } = await dialSocket(house)
      const heard = listen(socket)
      socket.send(`40${name},{"token":"${token}"}`)
      await soon(() => heard.closed() || heard.packets.some((p) => p.startsWith('44')))
      socket.terminate()
    }
  })

  test('who never says who it is, is let go', async () => {
    const many = await Promise.all(Array.from({ length: 50 }, () => dialSocket(house)))
    const states = () => many.filter(({ socket }) => socket.readyState !== WebSocket.CLOSED).length
    await expect.poll(states, { timeout: 20_000 }).toBe(0)
  }, 30_000)
})

describe('packets', () => {
  test.each([
    '4511-["x"]',
    '450-["x"]',
    '42[42,{}]',
    '42["connect"]',
    '42["disconnecting"]',
    '42[null]',
    '42{}',
    '42',
    '49x',
    'b4AAAA',
  ])('%s closes its socket or is passed over', async (packet) => {
    const { socket, ...heard } = await signedIn()
    socket.send(packet)
    socket.send('421["clock:sync",{"t0":1}]')
    await soon(() => heard.closed() || heard.packets.some((p) => p.startsWith('431')))
    socket.terminate()
  })

  test('attachments that are announced and never come are a bounded wait', async () => {
    const many = await Promise.all(Array.from({ length: 40 }, () => signedIn()))
    for (const { socket } of many) {
      const places = Array.from({ length: 10 }, (_, num) => ({ _placeholder: true, num }))
      socket.send(`4510-["chat:send",${JSON.stringify(places)}]`)
      socket.send(Buffer.alloc(60_000))
      socket.send('421["clock:sync",{"t0":1}]')
    }
    // Text in the place of an attachment: whoever mixes them up is cut off.
    for (const one of many) await closed(one)
  })

  test('a frame, or its pieces, above the limit', async () => {
    const large = await signedIn()
    large.socket.send(`42["chat:send","${'x'.repeat(70_000)}"]`)
    await closed(large)
    const pieces = await signedIn()
    for (let n = 0; n < 2_000; n++) pieces.socket.send('x'.repeat(100), { fin: false })
    await closed(pieces)
    const tiny = await signedIn()
    for (let n = 0; n < 100_000 && !tiny.closed(); n++) tiny.socket.send('x', { fin: false })
    await closed(tiny)
  })

  test('a hundred arguments, or none, to every command: a typed no', async () => {
    const { socket, packets } = await signedIn()
    const names = Object.keys(allCommands)
    names.forEach((name, n) => {
      socket.send(`42${n * 2}${JSON.stringify([name, ...Array.from({ length: 100 }, () => ({}))])}`)
      socket.send(`42${n * 2 + 1}${JSON.stringify([name])}`)
    })
    const answers = () => packets.filter((packet) => packet.startsWith('43'))
    await expect.poll(() => answers().length, { timeout: 10_000 }).toBe(names.length * 2)
    for (const answer of answers()) expect(answer).toContain('"code":"VALIDATION"')
    socket.terminate()
  })

  test('the history asked for in strange ways', async () => {
    const line = await house.socket(stage.host)
    const { showId } = stage
    for (const after of [-1, 2 ** 63, Number.NaN, 1.5, '1', null, {}]) {
      const answer = await line.ack('show:join', { showId, after })
      expect(answer, String(after)).toMatchObject({ ok: false, code: 'VALIDATION' })
    }
    // A seq that this show does not have yet: what there is, from the beginning.
    expect(await line.ack('show:join', { showId, after: 1_000_000 })).toMatchObject({ ok: true })
    line.socket.disconnect()
  })
})

test(
  'after all of it others noticed nothing, and nothing is broken or kept',
  () => afterwards(),
  120_000,
)
