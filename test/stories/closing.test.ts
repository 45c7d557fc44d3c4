import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type House, openHouse } from '../support/house.ts'

/** Far less than any connection is kept for by itself: 30 s and more. */
const soonMs = 10_000

async function closes(house: House): Promise<'closed' | 'still open'> {
  const late = wait(soonMs, 'still open' as const, { ref: false })
  return Promise.race([house.close().then(() => 'closed' as const), late])
}

async function wire(house: House): Promise<Socket> {
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('a house that closes does not wait for who holds a connection and asks nothing', async () => {
  const house = await openHouse()
  await wire(house)
  expect(await closes(house)).toBe('closed')
}, 20_000)

test('a house that closes answers what was asked, and then lets go of who asked', async () => {
  const house = await openHouse()
  const person = await house.signUp()
  const { promise, resolve } = Promise.withResolvers<() => void>()
  const locked = house.pg.health.begin(async (tx) => {
    await tx`lock table accounts`
    await new Promise<void>((free) => resolve(free))
  })
  const unlock = await promise
  const answer = house.as(person).patch('/me', { displayName: 'Somebody else' })
  await expect
    .poll(
      () =>
        house.pg
          .rest`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    .toHaveLength(1)
  const closing = closes(house)
  unlock()
  await locked
  expect(await answer).toMatchObject({ account: { displayName: 'Somebody else' } })
  expect(await closing).toBe('closed')
}, 20_000)

test('a house that closes does not wait for a phone that went out of reach', async () => {
  const house = await openHouse()
  const phone = await wire(house)
  phone.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      'host: x',
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      '',
      '',
    ].join('\r\n'),
  )
  await once(phone, 'data')
  phone.pause()
  expect(await closes(house)).toBe('closed')
}, 20_000)
