import { connect, type Socket as NetSocket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type House, openHouse } from '../support/house.ts'
import { type Stage, setStage } from '../support/stage.ts'

/** What somebody tries who means no good, at the doors of a house with its limits on. */

let house: House
let stage: Stage
const broken: unknown[] = []
const hear = (error: unknown) => void broken.push(error)

beforeAll(async () => {
  process.on('uncaughtException', hear)
  house = await openHouse({ RATE_LIMITS: 'on' })
  stage = await setStage(house)
})
afterAll(async () => {
  process.off('uncaughtException', hear)
  await house.close()
})

/** A TCP connection to the house, with these bytes sent. */
async function dial(bytes: string): Promise<NetSocket> {
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write(bytes)
  return socket
}

const upgradeOf = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

const ended = (socket: NetSocket) =>
  new Promise<void>((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => resolve())
  })

/** A WebSocket that speaks Socket.IO by hand. */
async function dialSocketIo(): Promise<WebSocket> {
  const socket = new WebSocket(
    `${house.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
  )
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    socket.once('open', () => resolve())
    socket.once('close', () => resolve())
  })
  return socket
}

describe('connections', () => {
  test('an upgrade that no door takes is closed, and may break off without harm', async () => {
    for (const path of ['/', '/nowhere', '/socket.io/', '/socket.io/?EIO=3&transport=websocket']) {
      const socket = await dial(`${upgradeOf(path)}${'x'.repeat(5_000)}`)
      // Once it has been heard of.
      await house.call('GET', '/shows')
      socket.resetAndDestroy()
    }
    await ended(await dial(upgradeOf('/nowhere')))
    await house.call('GET', '/shows')
    expect(broken).toEqual([])
  })

  test('connections that never say who they are count for their address too', async () => {
    const sockets: WebSocket[] = []
    for (let i = 0; i < 6; i++)
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, dialSocketIo))))
    const open = sockets.filter((socket) => socket.readyState === WebSocket.OPEN).length
    expect(open).toBe(550)
    const guest = await house.guest()
    await expect(house.socket(guest)).rejects.toThrow()
    for (const socket of sockets) socket.terminate()
    await expect
      .poll(() =>
        house.socket(guest).then(
          () => 'in',
          () => 'out',
        ),
      )
      .toBe('in')
  })

  test('whoever asks and does not read is cut off', async () => {
    const [asker] = await house.crowd(1)
    await house.pg.rest`select append_v1(${stage.showId}, (select jsonb_agg(jsonb_build_object(
      'type', 'show.updated', 'body', jsonb_build_object('filler', repeat('x', 2500)))) from generate_series(1, 90)))`
    const socket = await dialSocketIo()
    socket.send(`40{"token":"${asker?.token}"}`)
    await expect.poll(() => house.app.gateway.linesOf(asker?.id as string).length).toBe(1)
    socket.pause()
    // Every answer is a quarter of a megabyte; kernels keep a few megabytes between the two.
    for (let i = 0; i < 60; i++)
      socket.send(`42${i}["show:join",{"showId":"${stage.showId}","after":1}]`)
    await expect
      .poll(() => house.app.gateway.linesOf(asker?.id as string).length, { timeout: 10_000 })
      .toBe(0)
    socket.terminate()
    await expect.poll(() => house.app.gateway.counts.running).toBe(0)
  })
})
