import { Encoder, type Packet, PacketType } from 'socket.io-parser'
import { expect, it } from 'vitest'
import { TextEncoder, writeOnce } from './encoder.ts'

const snapshot = { show: { id: 'a', title: 'Kiln, "third" firing' }, chat: [] }
const value = { seq: 3, you: { holds: [] }, events: [{ seq: 3 }], snapshot }

it.each<[string, Omit<Packet, 'nsp'>]>([
  ['an event', { type: PacketType.EVENT, data: ['show:pulse', { viewers: 2 }] }],
  ['an answer', { type: PacketType.ACK, id: 7, data: [{ ok: true, value: {} }] }],
  ['a refusal', { type: PacketType.ACK, id: 0, data: [{ ok: false, code: 'BANNED' }] }],
  ['an answer of nothing', { type: PacketType.ACK, id: 12, data: [] }],
  ['a greeting', { type: PacketType.CONNECT, data: { sid: 'x' } }],
  ['an end', { type: PacketType.DISCONNECT }],
])('writes %s as Socket.IO does', (_, packet) => {
  const whole = { nsp: '/', ...packet } as Packet
  expect(new TextEncoder().encode(whole)).toEqual(new Encoder().encode(whole))
})

it('puts a state that was written once into an answer, and means the same', () => {
  const packet: Packet = { type: PacketType.ACK, nsp: '/', id: 41, data: [{ ok: true, value }] }
  writeOnce(snapshot)
  const [text = ''] = new TextEncoder().encode(packet)
  expect(text.slice(0, 3)).toBe('341')
  expect(JSON.parse(text.slice(3))).toEqual([{ ok: true, value }])
})
