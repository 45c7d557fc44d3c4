import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, openHouse, type Person } from '../support/house.ts'

type Event = { seq: number; type: string; title?: string }
type Frame = { showId: string; from: number; to: number; events: Event[] }

let here: House
let there: House
let marta: Person
let showId: string
/** Parcels from the other process that a test holds back. */
let holding: (() => void)[] | undefined

beforeEach(async () => {
  holding = undefined
  here = await openHouse()
  const onParcel = (_showId: string, take: () => void) => {
    if (holding) holding.push(take)
    else take()
  }
  there = await openHouse({}, { onParcel }, here)
  marta = await here.signUp('Marta')
  showId = (await here.as(marta).post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })).id
})
afterEach(async () => {
  await there.close()
  await here.close()
})

const rename = (house: House, title: string) => house.as(marta).patch(`/shows/${showId}`, { title })

/** A viewer that applies events as a client does, and keeps what it was given. */
async function watch(house: House, person: Person, after?: number) {
  const line = await house.socket(person)
  const joined = await line.ask<{ seq: number; snapshot?: object; events: Event[] }>('show:join', {
    showId,
    ...(after !== undefined && { after }),
  })
  const seen: Event[] = [...joined.events]
  line.socket.on('show:events', (frame: Frame) => seen.push(...frame.events))
  const first = joined.snapshot ? joined.seq : (after ?? 0)
  const reaches = (count: number) => expect.poll(() => seen.length, { timeout: 5_000 }).toBe(count)
  return { line, joined, seen, first, reaches, last: () => first + seen.length }
}

test('what is done on one process is seen on the other, in the same order', async () => {
  const near = await watch(here, await here.guest())
  const far = await watch(there, await here.guest())
  const titles = Array.from({ length: 30 }, (_, i) => `title ${i}`)
  await Promise.all(titles.map((title, i) => rename(i % 2 ? here : there, title)))
  await near.reaches(30)
  await far.reaches(30)
  expect(far.seen).toEqual(near.seen)
  expect(far.seen.map((e) => e.seq)).toEqual(titles.map((_, i) => far.first + i + 1))
})

test('a viewer that loses its process goes on from its seq on the other, without gap or repeat', async () => {
  const guest = await here.guest()
  const before = await watch(there, guest)
  await rename(here, 'one')
  await before.reaches(1)
  before.line.socket.disconnect()
  await rename(here, 'two')
  await rename(there, 'three')
  const after = await watch(here, guest, before.last())
  expect(after.joined.snapshot).toBeUndefined()
  await rename(there, 'four')
  await after.reaches(3)
  expect([...before.seen, ...after.seen].map((e) => e.title)).toEqual([
    'one',
    'two',
    'three',
    'four',
  ])
  expect(after.seen.map((e) => e.seq)).toEqual([1, 2, 3].map((n) => before.last() + n))
})

test('everybody counts once, whichever process has them, and the most at a time is kept', async () => {
  const [aylin, noor, bea] = (await here.crowd(3)) as [Person, Person, Person]
  const shown = (house: House) =>
    house.as(marta).get<{ viewers: number; viewersPeak: number }>(`/shows/${showId}`)
  const count = (viewers: number) =>
    Promise.all(
      [here, there].map((house) =>
        expect.poll(async () => (await shown(house)).viewers, { timeout: 10_000 }).toBe(viewers),
      ),
    )
  // Two are early: who waits for the show is there when it begins.
  const early = await watch(here, aylin)
  const far = await watch(there, noor)
  await count(2)
  for (const { app } of [here, there]) await app.rooms.shows.notePeak(showId, 2)
  await here.as(marta).post(`/shows/${showId}/start`)
  const peak = async () => (await shown(there)).viewersPeak
  await expect.poll(peak, { timeout: 10_000 }).toBe(2)

  // One comes back by the other process before the first one notices, and has a second window.
  await watch(there, aylin)
  await watch(here, noor)
  const third = await watch(here, bea)
  await count(3)
  early.line.socket.disconnect()
  far.line.socket.disconnect()
  third.line.socket.disconnect()
  await count(2)
  await expect.poll(peak, { timeout: 10_000 }).toBe(3)
  await here.as(marta).post(`/shows/${showId}/end`)
  expect(await peak()).toBe(3)
})

test('frames that come late and swapped arrive in order', async () => {
  const far = await watch(there, await here.guest())
  holding = []
  const held = holding
  await rename(here, 'one')
  await rename(here, 'two')
  await rename(here, 'three')
  await expect.poll(() => held.length).toBe(3)
  holding = undefined
  for (const take of held.toReversed()) take()
  await far.reaches(3)
  expect(far.seen.map((e) => e.title)).toEqual(['one', 'two', 'three'])
})

test('a parcel that never comes is found in the log', async () => {
  const far = await watch(there, await here.guest())
  holding = []
  await rename(here, 'lost on the way')
  await expect.poll(() => holding?.length).toBe(1)
  holding = undefined
  await rename(here, 'after it')
  await far.reaches(2)
  expect(far.seen.map((e) => e.title)).toEqual(['lost on the way', 'after it'])
})

test('a process killed between commit and publish: the others tell its last event within a second', async () => {
  const far = await watch(there, await here.guest())
  const script = fileURLToPath(new URL('../support/dies-after-commit.ts', import.meta.url))
  const child = spawn(process.execPath, [script, here.env.DATABASE_URL as string, showId], {
    stdio: 'inherit',
  })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  const died = performance.now()
  await far.reaches(1)
  expect(performance.now() - died).toBeLessThan(1_000)
  expect(far.seen[0]?.title).toBe('last words')
})

test('without Redis nothing is lost between processes, only later', async () => {
  const nowhere = await openHouse({ REDIS_URL: 'redis://127.0.0.1:1' }, {}, here)
  try {
    const far = await watch(nowhere, await here.guest())
    await rename(here, 'one')
    await rename(nowhere, 'two')
    await far.reaches(2)
    expect(far.seen.map((e) => e.title)).toEqual(['one', 'two'])
  } finally {
    await nowhere.close()
  }
})

test('a viewer far behind gets a snapshot, never a silent gap', async () => {
  const guest = await here.guest()
  const before = await watch(here, guest)
  before.line.socket.disconnect()
  await here.pg
    .rest`select append_v1(${showId}, (select jsonb_agg(jsonb_build_object('type', 'show.updated', 'body', jsonb_build_object('title', 'x' || n))) from generate_series(1, 1200) n))`
  const after = await watch(there, guest, before.last())
  expect(after.joined.snapshot).toBeDefined()
  expect(after.joined.seq).toBeGreaterThanOrEqual(before.last() + 1_200)
})
