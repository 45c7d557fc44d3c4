import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser'
import { expect, it, test } from 'vitest'
import { Asked, CommandDecoder } from './decoder.ts'
import { encodeAnswer, TextEncoder, writeOnce } from './encoder.ts'

const snapshot = { show: { id: 'a', title: 'Kiln, "third" firing' }, chat: [] }
const value = { seq: 3, you: { holds: [] }, events: [{ seq: 3 }], snapshot }

it.each<[string, Omit<Packet, 'nsp'>]>([
  ['an event', { type: PacketType.EVENT, data: ['show:pulse', { viewers: 2 }] }],
  ['a greeting', { type: PacketType.CONNECT, data: { sid: 'x' } }],
  ['an end', { type: PacketType.DISCONNECT }],
])('writes %s as Socket.IO does', (_, packet) => {
  const whole = { nsp: '/', ...packet } as Packet
  expect(new TextEncoder().encode(whole)).toEqual(new Encoder().encode(whole))
})

it.each([
  ['an answer', 7, { ok: true as const, value: {} }],
  ['an answer of nothing', 12, { ok: true as const, value: undefined }],
  ['a refusal', 0, { ok: false as const, code: 'BANNED' as const, message: 'Out.' }],
])('writes %s as Socket.IO does', (_, id, answer) => {
  const whole = { type: PacketType.ACK, nsp: '/', id, data: [answer] }
  const { packet, bytes } = encodeAnswer(new Asked(id), answer)
  expect([packet]).toEqual(new Encoder().encode(whole))
  expect(bytes.toString('utf8', 2)).toBe(`4${packet}`)
})

it('puts a state that was written once into an answer, and means the same', () => {
  writeOnce(snapshot)
  const { packet } = encodeAnswer(new Asked(41), { ok: true, value })
  expect(packet.slice(0, 3)).toBe('341')
  expect(JSON.parse(packet.slice(3))).toEqual([{ ok: true, value }])
})

const decoded = (decoder: Decoder, text: string) => {
  let heard: Packet | undefined
  const hear = (packet: Packet) => {
    heard = packet
  }
  decoder.on('decoded', hear)
  decoder.add(text)
  decoder.off('decoded', hear)
  return heard
}

test('a command comes with its number as its last word', () => {
  const packet = decoded(new CommandDecoder(), '212["chat:send",{"text":"hi"}]')
  expect(packet).toEqual({
    type: PacketType.EVENT,
    nsp: '/',
    data: ['chat:send', { text: 'hi' }, new Asked(12)],
  })
  expect(decoded(new CommandDecoder(), '212')?.data).toEqual([new Asked(12)])
})

it.each(['2["clock:sync",{}]', '0{"token":"x"}', '1', '312[{}]'])(
  'reads %s as Socket.IO does',
  (text) => {
    expect(decoded(new CommandDecoder(), text)).toEqual(decoded(new Decoder(), text))
  },
)

test('nobody hears a decoder any more that he has left', () => {
  const decoder = new CommandDecoder()
  decoded(decoder, '1')
  expect(decoder.listeners('decoded')).toEqual([])
})
