import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'
import { mediaWorkersOf } from '../support/night/children.ts'
import { randomOf, seedOfTonight } from '../support/night/random.ts'
import { type Encoder, encode, type Player, play } from '../support/rtc.ts'
import { watchHouse } from '../support/watch-house.ts'

/** The media port, while a show is on it: what a stranger sends there from other addresses. */

let house: House
let encoder: Encoder
let player: Player
let afterwards: () => Promise<void>
const seed = seedOfTonight()
const random = randomOf(seed)
const byte = () => Math.floor(random() * 256)
const bytes = (length: number) => Buffer.from(Array.from({ length }, byte))
const packetsOfEach = 3_000

beforeAll(async () => {
  house = await openHouse({ MEDIA_WORKERS: '1', MEDIA_PORT: String(mediaPort) })
  const host = await house.signUp('Marta')
  const { post } = house.as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })
  await post(`/shows/${id}/start`)
  const { key } = await post<{ key: string }>(`/shows/${id}/stream-key`)
  encoder = await encode(`${house.url}/api/v1/whip/${id}`, { token: key })
  player = await play(`${house.url}/api/v1/whep/${id}`)
  afterwards = await watchHouse(house)
}, 60_000)
afterAll(async () => {
  await player?.close()
  await encoder?.close()
  await house.close()
})

/** A STUN message with the right cookie, and a length and attributes of its own choosing. */
function stun(): Buffer {
  const body = bytes(Math.floor(random() * 60))
  const head = Buffer.alloc(20)
  head.writeUInt16BE([0x0001, 0x0101, 0x0111, 0x0003][byte() % 4] as number, 0)
  head.writeUInt16BE(byte() % 2 ? body.length : byte() * byte(), 2)
  head.writeUInt32BE(0x2112a442, 4)
  bytes(12).copy(head, 8)
  return Buffer.concat([head, body])
}

/** Of the show's own kinds, under numbers that may be anybody's; of any length. */
function rtp(): Buffer {
  const packet = bytes(12 + Math.floor(random() * 1_200))
  packet[0] = 0x80 | (byte() & 0x3f)
  packet[1] = byte() % 2 ? 96 : 97
  return packet
}

/** Reports and goodbyes with lengths and counts that are not true. */
function rtcp(): Buffer {
  const packet = bytes(4 + Math.floor(random() * 200))
  packet[0] = 0x80 | (byte() & 0x3f)
  packet[1] = 200 + (byte() % 8)
  return packet
}

/** The beginning of a handshake, from an address that has no business with it. */
function dtls(): Buffer {
  const hello = bytes(13 + Math.floor(random() * 200))
  Buffer.from([22, 0xfe, byte() % 2 ? 0xfd : 0xff]).copy(hello)
  hello[13] = 1
  return hello
}

/** Pictures and sound go on coming: a second of each from now on. */
async function flows(): Promise<void> {
  const { audio, video } = player.packets
  await expect.poll(() => player.packets.video, { timeout: 15_000 }).toBeGreaterThan(video + 20)
  await expect.poll(() => player.packets.audio, { timeout: 15_000 }).toBeGreaterThan(audio + 20)
}

test.each([
  ['noise', () => bytes(1 + Math.floor(random() * 1_400))],
  ['STUN', stun],
  ['RTP', rtp],
  ['RTCP', rtcp],
  ['DTLS', dtls],
])(
  `a flood of %s from a stranger changes nothing for who watches (seed ${seed})`,
  async (_, packet) => {
    const worker = mediaWorkersOf(process.pid)
    const strangers = Array.from({ length: 4 }, () => createSocket('udp4'))
    for (let n = 0; n < packetsOfEach; n++) {
      strangers[n % strangers.length]?.send(packet(), mediaPort, '127.0.0.1')
      if (n % 50 === 0) await turn()
    }
    await flows()
    for (const stranger of strangers) stranger.close()
    expect(mediaWorkersOf(process.pid)).toEqual(worker)
  },
)

test('connections to the port that send what is no frame, or half of one, are bounded and let go', async () => {
  const sockets = Array.from({ length: 100 }, () => {
    const socket = connect(mediaPort, '127.0.0.1', () => {
      socket.write(Buffer.concat([Buffer.from([0xff, 0xff]), bytes(2_000)]))
    })
    return socket.on('error', () => undefined)
  })
  await flows()
  for (const socket of sockets) socket.destroy()
  await flows()
})

test('after all of it others noticed nothing, and nothing is broken or kept', async () => {
  await player.close()
  await encoder.close()
  await afterwards()
}, 120_000)
