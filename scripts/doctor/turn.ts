// What viewers ask of STUN and TURN servers, asked from here: a binding, or an allocation with the
// credentials that every viewer gets (RFC 5389, RFC 8656), given back at once.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type IceServer, iceServersFor } from '../../server/media/transports/ice.ts'
import { type Finding, fail, looked, ok, warn } from './finding.ts'
import { attribute, header } from './stun.ts'

const types = { binding: 0x0001, allocate: 0x0003, refresh: 0x0004 }
const success = 0x0100
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  transport: 0x0019,
}
const udp = Buffer.from([17, 0, 0, 0])
const answerMs = 3_000
const tries = 3
const usualPort = { plain: 3_478, tls: 5_349 }

type Place = { kind: 'stun' | 'turn'; host: string; port: number; over: 'udp' | 'tcp' | 'tls' }
type Message = { type: number; read(attribute: number): Buffer | undefined }
type Way = { ask(type: number, body: Buffer, key?: Buffer): Promise<Message>; close(): void }

/** Each address of ICE_SERVERS; without any there is nothing to look at. */
export async function checkIceServers(
  servers: readonly IceServer[],
  turnSecret: string | undefined,
): Promise<Finding[]> {
  const given = iceServersFor('doctor', servers, { turnSecret, nowMs: Date.now() })
  const each = given.flatMap((server) => [server.urls].flat().map((url) => check(url, server)))
  return (await Promise.all(each)).flat()
}

function check(url: string, server: IceServer): Promise<Finding[]> {
  const place = placeOf(url)
  if (!place) {
    const advice = 'Write stun:host:port or turn:host:port?transport=udp.'
    return Promise.resolve([fail('ice servers', `${url} is no address`, advice)])
  }
  const advice = `See that ${place.host} runs, and lets ${place.over.toUpperCase()} to port ${place.port} through.`
  return looked(place.kind, advice, async () => {
    const way = place.over === 'udp' ? openUdp(place) : await openTcp(place)
    try {
      return [place.kind === 'turn' ? await allocate(url, way, server) : await bind(url, way)]
    } finally {
      way.close()
    }
  })
}

function placeOf(url: string): Place | undefined {
  const [, scheme, host, port, query = ''] =
    /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(\?.*)?$/i.exec(url) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const isSafe = scheme.toLowerCase().endsWith('s')
  const wanted = new URLSearchParams(query).get('transport') ?? 'udp'
  const over = isSafe ? 'tls' : wanted === 'tcp' ? 'tcp' : 'udp'
  return {
    kind: /^stun/i.test(scheme) ? 'stun' : 'turn',
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port ?? (isSafe ? usualPort.tls : usualPort.plain)),
    over,
  }
}

async function bind(url: string, way: Way): Promise<Finding> {
  const { type } = await way.ask(types.binding, Buffer.alloc(0))
  if (type === types.binding + success) return ok('stun', `${url} answers`)
  return fail('stun', `${url} answers with an error`, 'Name a STUN server in ICE_SERVERS.')
}

/** As a viewer does: asked once to be told realm and nonce, then with the credentials. */
async function allocate(url: string, way: Way, server: IceServer): Promise<Finding> {
  const wanted = attribute(attributes.transport, udp)
  const first = await way.ask(types.allocate, wanted)
  if (first.type === types.allocate + success) {
    const advice = 'Set use-auth-secret in turnserver.conf, and its secret as TURN_SECRET.'
    return warn('turn', `${url} relays for anybody`, advice)
  }
  const [realm, nonce] = [first.read(attributes.realm), first.read(attributes.nonce)]
  const { username = '', credential = '' } = server
  if (!realm || !nonce || username === '') {
    const advice =
      'Set TURN_SECRET to the static-auth-secret of coturn, which needs use-auth-secret.'
    return fail('turn', `${url} asks for credentials that viewers do not get`, advice)
  }
  const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest()
  const signed = Buffer.concat([
    attribute(attributes.username, Buffer.from(username)),
    attribute(attributes.realm, realm),
    attribute(attributes.nonce, nonce),
  ])
  const second = await way.ask(types.allocate, Buffer.concat([wanted, signed]), key)
  if (second.type !== types.allocate + success) {
    const advice =
      'TURN_SECRET and static-auth-secret of coturn must be the same, and the clocks of both machines right.'
    return fail('turn', `${url} refuses our credentials (${errorOf(second)})`, advice)
  }
  const gone = attribute(attributes.lifetime, Buffer.alloc(4))
  await way.ask(types.refresh, Buffer.concat([gone, signed]), key)
  return ok('turn', `${url} relays with the credentials that viewers get`)
}

function errorOf(message: Message): string {
  const told = message.read(attributes.error)
  return told
    ? `${(told[2] ?? 0) * 100 + (told[3] ?? 0)} ${told.subarray(4).toString()}`
    : 'no reason given'
}

function openUdp({ host, port }: Place): Way {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  return {
    ask: (type, body, key) =>
      answer(type, body, key, (bytes, hear, broken) => {
        socket.on('message', hear).on('error', broken)
        let sent = 0
        const send = () => {
          if (sent++ === tries) return
          socket.send(bytes, port, host, (error) => error && broken(error))
        }
        const again = setInterval(send, answerMs / tries)
        send()
        return () => {
          clearInterval(again)
          socket.removeAllListeners('message').removeAllListeners('error')
        }
      }),
    close: () => socket.close(),
  }
}

async function openTcp({ host, port, over }: Place): Promise<Way> {
  const socket: Socket =
    over === 'tls' ? connectTls({ host, port, servername: host }) : connectTcp(port, host)
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(answerMs, () => reject(new Error(`no answer over ${over.toUpperCase()}`)))
    socket.once(over === 'tls' ? 'secureConnect' : 'connect', resolve).once('error', reject)
  })
  return {
    ask: (type, body, key) =>
      answer(type, body, key, (bytes, hear, broken) => {
        const end = () => broken(new Error('the connection was closed'))
        socket.on('data', hear).on('error', broken).on('close', end)
        socket.write(bytes)
        return () => void socket.off('data', hear).off('error', broken).off('close', end)
      }),
    close: () => socket.destroy(),
  }
}

type Exchange = (
  bytes: Buffer,
  hear: (heard: Buffer) => void,
  broken: (error: Error) => void,
) => () => void

/** Sends a request over a way, and waits for the answer with its number. */
function answer(
  type: number,
  body: Buffer,
  key: Buffer | undefined,
  exchange: Exchange,
): Promise<Message> {
  const id = randomBytes(12)
  const bytes = key
    ? sealed(type, body, id, key)
    : Buffer.concat([header(type, body.length, id), body])
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0)
    const late = setTimeout(() => settle(() => reject(new Error('no answer'))), answerMs)
    const stop = exchange(
      bytes,
      (chunk) => {
        heard = Buffer.concat([heard, chunk])
        for (let first = firstOf(heard); first; first = firstOf(heard)) {
          heard = heard.subarray(first.length)
          // The answer to a question that was asked twice comes twice.
          if (first.subarray(8, 20).equals(id)) settle(() => resolve(read(first)))
        }
      },
      (error) => settle(() => reject(error)),
    )
    function settle(how: () => void): void {
      clearTimeout(late)
      stop()
      how()
    }
  })
}

function sealed(type: number, body: Buffer, id: Buffer, key: Buffer): Buffer {
  const signature = createHmac('sha1', key)
    .update(Buffer.concat([header(type, body.length + 24, id), body]))
    .digest()
  const whole = Buffer.concat([body, attribute(attributes.integrity, signature)])
  return Buffer.concat([header(type, whole.length, id), whole])
}

/** The first whole message of what was heard. */
function firstOf(heard: Buffer): Buffer<ArrayBuffer> | undefined {
  if (heard.length < 20 || heard.length < 20 + heard.readUInt16BE(2)) return undefined
  return Buffer.from(heard.subarray(0, 20 + heard.readUInt16BE(2)))
}

function read(message: Buffer): Message {
  const found = new Map<number, Buffer>()
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2)
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length))
    at += 4 + Math.ceil(length / 4) * 4
  }
  return { type: message.readUInt16BE(0), read: (attribute) => found.get(attribute) }
}
