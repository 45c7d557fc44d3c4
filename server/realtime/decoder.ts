import { Decoder, type Packet, PacketType } from 'socket.io-parser'

type Ear = (packet: Packet) => void

/** Under which number a client waits for the answer to its command. */
export class Asked {
  readonly id: number

  constructor(id: number) {
    this.id = id
  }
}

/**
 * Socket.IO's decoder, which hands us a command's number as its last word. Socket.IO itself puts a function
 * there, whose answer makes its way through three libraries.
 */
export class CommandDecoder extends Decoder {
  override on(event: 'decoded', ear: Ear): this {
    const heard = (packet: Packet) => ear(numbered(packet))
    // By `fn` an emitter finds again what it is to take off.
    return super.on(event, Object.assign(heard, { fn: ear }))
  }
}

function numbered(packet: Packet): Packet {
  const { type, id, data = [], ...rest } = packet
  if (type !== PacketType.EVENT || id === undefined) return packet
  return { ...rest, type, data: [...data, new Asked(id)] }
}
