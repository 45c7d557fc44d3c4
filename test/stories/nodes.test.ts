import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Problem } from '../../shared/wire/base.ts'
import { type House, type Line, openHouse, type Person } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'
import { type Encoder, encode, type Player, play } from '../support/rtc.ts'

/**
 * Three processes of one house on one machine, each with a media worker of its own. An encoder sends
 * to one of them; whoever watches on another gets the same packets through a pipe between them.
 */

let houses: [House, House, House]
let host: Person
const open: (Encoder | Player)[] = []
const shows: string[] = []

beforeAll(async () => {
  const media = (n: number) => ({ MEDIA_WORKERS: '1', MEDIA_PORT: String(mediaPort + n) })
  const first = await openHouse(media(0))
  const second = await openHouse(media(1), {}, first)
  const third = await openHouse({ ...media(2), MEDIA_MAX_VIEWERS: '1' }, {}, first)
  houses = [first, second, third]
  host = await first.signUp('Marta')
}, 60_000)
afterEach(() => leave())
afterAll(async () => {
  for (const house of houses.toReversed()) await house.close()
})

/** Between tests nothing is on: the end of a show ends all of it, on every node. */
async function leave() {
  await Promise.all(open.splice(0).map((one) => one.close()))
  for (const id of shows.splice(0)) await houses[0].as(host).post(`/shows/${id}/end`)
  for (const house of houses) {
    await expect
      .poll(() => stats(house), soon)
      .toMatchObject({ transports: 0, routers: 0, pipesIn: 0, pipesOut: 0, viewers: 0 })
  }
}

const kept = <T extends Encoder | Player>(one: T): T => {
  open.push(one)
  return one
}

async function aShow() {
  const { post } = houses[0].as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
  await post(`/shows/${id}/start`)
  shows.push(id)
  const { key } = await post<{ key: string }>(`/shows/${id}/stream-key`)
  const at = (house: House, kind: string) => `${house.url}/api/v1/${kind}/${id}`
  return {
    id,
    key,
    encoder: async (house: House, token = key) => kept(await encode(at(house, 'whip'), { token })),
    player: async (house: House) => kept(await play(at(house, 'whep'))),
  }
}

/** So many packets of both kinds more than now. */
async function plays({ packets }: Player, more = 10): Promise<void> {
  const before = { ...packets }
  const grown = () => Math.min(packets.audio - before.audio, packets.video - before.video)
  await expect.poll(grown, { timeout: 10_000 }).toBeGreaterThan(more)
}

const stats = (house: House) => house.app.rooms.media.stats()
const soon = { timeout: 10_000 }

test('players on every node get the picture, through one pipe for each node', async () => {
  const [here, there, third] = houses
  const show = await aShow()
  await show.encoder(here)
  const players = [
    await show.player(here),
    ...(await Promise.all([show.player(there), show.player(there), show.player(there)])),
    await show.player(third),
  ]
  await Promise.all(players.map((player) => plays(player)))
  expect(houses.map((house) => stats(house).pipesIn)).toEqual([0, 1, 1])
  expect(stats(here).pipesOut).toBe(2)
})

test("a browser's commands are the same on an edge, and the host hears there how he arrives", async () => {
  const [here, there] = houses
  const show = await aShow()
  const early = await there.socket(await there.guest())
  const changed = early.next<{ producers: { producerId: string }[] }>(
    'media:changed',
    ({ producers }) => producers.length === 2,
    10_000,
  )
  await early.ask('show:join', { showId: show.id })
  await show.encoder(here)
  const { producers } = await changed
  const line = await there.socket(await there.guest())
  const met = await line.ask<{ rtpCapabilities: object; producers: object[] }>(
    'media:capabilities',
    { showId: show.id },
  )
  expect(met.producers).toEqual(producers)
  const { consumers } = await consume(line, show.id, met.rtpCapabilities, producers)
  expect(consumers.map(({ kind }) => kind).toSorted()).toEqual(['audio', 'video'])
  await line.ask('media:resume', { consumerIds: consumers.map(({ consumerId }) => consumerId) })
  const gone = await refusalOf(
    consume(line, show.id, met.rtpCapabilities, [{ producerId: crypto.randomUUID() }]),
  )
  expect(gone).toBe('NOT_FOUND')
  const { snapshot } = await line.ask<{ snapshot: { media: object } }>('show:join', {
    showId: show.id,
  })
  expect(snapshot.media).toEqual({ producers })

  const staff = await there.socket(host)
  const health = () =>
    staff.ask<{ flowing: boolean; layers: object[] }>('media:health', { showId: show.id })
  await expect.poll(async () => (await health()).flowing, soon).toBe(true)
  expect((await health()).layers).toHaveLength(2)
})

async function consume(
  line: Line,
  showId: string,
  rtpCapabilities: object,
  producers: { producerId: string }[],
) {
  const { transportId } = await line.ask<{ transportId: string }>('media:transport', {
    showId,
    direction: 'recv',
  })
  const producerIds = producers.map(({ producerId }) => producerId)
  return line.ask<{ consumers: { consumerId: string; kind: string }[] }>('media:consume', {
    transportId,
    rtpCapabilities,
    producerIds,
  })
}

const refusalOf = (asking: Promise<unknown>) =>
  asking.then(
    () => 'ok',
    (error: { ack?: { code: string } }) => error.ack?.code,
  )

test('the same key on another node takes over at once, and every player goes on', async () => {
  const [here, there] = houses
  const show = await aShow()
  await show.encoder(here)
  const players = await Promise.all(houses.map((house) => show.player(house)))
  await Promise.all(players.map((player) => plays(player)))
  await show.encoder(there)
  await expect.poll(() => here.app.rooms.media.producers(show.id)).toEqual([])
  await Promise.all(players.map((player) => plays(player)))
  expect(houses.map((house) => stats(house).pipesIn)).toEqual([1, 0, 1])
})

test('somebody else on another node does not: 409; and may when it is free', async () => {
  const [here, there] = houses
  const show = await aShow()
  const mine = await show.encoder(here)
  await expect(show.encoder(there, host.token)).rejects.toMatchObject({ code: 'CONFLICT' })
  const player = await show.player(there)
  await plays(player)
  await send('DELETE', here, mine.path, show.key)
  await expect
    .poll(() => show.encoder(there, host.token).catch(({ code }) => code), soon)
    .toMatchObject({ path: expect.any(String) })
  await plays(player)
})

async function send(method: string, house: House, path: string, token?: string, more = {}) {
  const answer = await fetch(house.url + path, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...more },
    ...(method === 'PATCH' && {
      body: `a=ice-ufrag:fresh\r\na=ice-pwd:${'p'.repeat(24)}\r\n`,
    }),
  })
  const text = await answer.text()
  const code = text.startsWith('{') ? (JSON.parse(text) as Problem).code : undefined
  return { status: answer.status, headers: answer.headers, code }
}

test("a session's URL works at every node", async () => {
  const [here, there] = houses
  const show = await aShow()
  const encoder = await show.encoder(here)
  const player = await show.player(here)
  const patch = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' }
  const restarted = await send('PATCH', there, encoder.path, show.key, patch)
  expect(restarted.status).toBe(200)
  expect(restarted.headers.get('etag')).not.toBe(encoder.etag)
  const stale = { ...patch, 'if-match': encoder.etag }
  expect(await send('PATCH', there, encoder.path, show.key, stale)).toMatchObject({
    status: 412,
    code: 'PRECONDITION_FAILED',
  })
  expect((await send('DELETE', there, encoder.path)).status).toBe(401)
  const elsewhere = encoder.path.replace(/[^/]+(?=\/[^/]+$)/, crypto.randomUUID())
  expect((await send('DELETE', there, elsewhere, show.key)).status).toBe(404)
  expect((await send('DELETE', there, player.path)).status).toBe(200)
  expect((await send('DELETE', there, encoder.path, show.key)).status).toBe(200)
  expect(here.app.rooms.media.producers(show.id)).toEqual([])
})

test('a full node says so, in words and numbers, and disturbs nobody; the others take more', async () => {
  const [here, there, third] = houses
  const show = await aShow()
  await show.encoder(here)
  const first = await show.player(third)
  await plays(first)
  await expect(show.player(third)).rejects.toMatchObject({ status: 503, code: 'FULL' })
  const line = await third.socket(await third.guest())
  const asked = { showId: show.id, direction: 'recv' }
  expect(await line.ack('media:transport', asked)).toMatchObject({
    ok: false,
    code: 'FULL',
    retryAfterMs: 10_000,
  })
  const ready = await fetch(`${third.url}/readyz`)
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { media: { viewers: 1, viewersMax: 1, full: true } },
  ])
  const metrics = await (await fetch(`${third.url}/metrics`)).text()
  expect(metrics).toMatch(/^vitrine_media_viewers_refused_total 2$/m)
  await plays(first)
  await plays(await show.player(there))
})
