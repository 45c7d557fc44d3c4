import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumOffer, chromiumWatch, obsOffer } from '../../server/media/sdp/examples.ts'
import type { Problem } from '../../shared/wire/base.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'

let house: House
let host: Person
let showId: string
let key: string

beforeAll(async () => {
  house = await openHouse({
    MEDIA_WORKERS: '1',
    MEDIA_PORT: String(mediaPort),
    ICE_SERVERS: JSON.stringify([
      { urls: ['stun:stun.test:3478', 'turn:turn.test:3478'], username: 'u', credential: 'c"d' },
    ]),
  })
  host = await house.signUp('Marta')
}, 60_000)
afterAll(() => house.close())
beforeEach(async () => {
  showId = await aShow(host)
  key = await aKey(showId)
})

async function aShow(of: Person): Promise<string> {
  const { id } = await house.as(of).post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })
  await house.as(of).post(`/shows/${id}/start`)
  return id
}

const aKey = async (show: string, of = host) =>
  (await house.as(of).post<{ key: string }>(`/shows/${show}/stream-key`)).key

type Sent = { token?: string | undefined; type?: string; body?: string; headers?: object }

async function send(method: string, path: string, { token, type, body, headers }: Sent = {}) {
  const answer = await fetch(house.url + path, {
    method,
    headers: {
      ...(type && { 'content-type': type }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const sdp = 'application/sdp'
const fragment = 'application/trickle-ice-sdpfrag'
const publish = (show = showId, sent: Sent = {}) =>
  send('POST', `/api/v1/whip/${show}`, { token: key, type: sdp, body: obsOffer(), ...sent })
const watch = (show = showId, sent: Sent = {}) =>
  send('POST', `/api/v1/whep/${show}`, { type: sdp, body: chromiumWatch, ...sent })
const placeOf = (answer: Awaited<ReturnType<typeof send>>) =>
  answer.headers.get('location') as string
const problem = ({ text }: { text: string }) => JSON.parse(text) as Problem
const transports = () => house.app.rooms.media.stats().transports
const onAir = () => house.app.rooms.media.producers(showId).map(({ kind }) => kind)

describe('an encoder', () => {
  test('is on air with one POST, as OBS expects it: 201, a path, the whole answer; and off with DELETE 200', async () => {
    const answer = await publish()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('content-type')).toMatch(/^application\/sdp/)
    expect(answer.headers.get('etag')).toMatch(/^"[\w+/]+"$/)
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location')
    expect(placeOf(answer)).toMatch(
      new RegExp(`^/api/v1/whip/${showId}/${house.app.floor.relay.node}/[A-Za-z0-9_-]{43}$`),
    )
    expect(answer.headers.get('link')).toBe(
      '<stun:stun.test:3478>; rel="ice-server"; username="u"; credential="c\\"d"; credential-type="password", ' +
        '<turn:turn.test:3478>; rel="ice-server"; username="u"; credential="c\\"d"; credential-type="password"',
    )
    expect(answer.text).toMatch(/a=candidate:.* udp /)
    expect(answer.text).toContain('a=end-of-candidates')
    expect(answer.text).toContain('a=setup:passive')
    expect(onAir()).toEqual(['audio', 'video'])

    const ended = await send('DELETE', placeOf(answer), { token: key })
    expect([ended.status, ended.text]).toEqual([200, ''])
    expect(onAir()).toEqual([])
    expect(transports()).toBe(0)
    expect((await send('DELETE', placeOf(answer), { token: key })).status).toBe(200)
  })

  test('may also be the host with a session', async () => {
    const answer = await publish(showId, { token: host.token, body: chromiumOffer })
    expect(answer.status).toBe(201)
    await send('DELETE', placeOf(answer), { token: host.token })
  })

  test('that comes again with the same key replaces itself at once; the old session ends nothing any more', async () => {
    const first = await publish()
    const second = await publish()
    expect([first.status, second.status]).toEqual([201, 201])
    expect(onAir()).toEqual(['audio', 'video'])
    await expect.poll(transports).toBe(1)
    expect((await send('DELETE', placeOf(first), { token: key })).status).toBe(200)
    expect(onAir()).toEqual(['audio', 'video'])
    expect((await send('DELETE', placeOf(second), { token: key })).status).toBe(200)
  })

  test('does not push another off the air: 409', async () => {
    const mine = await publish()
    const other = await publish(showId, { token: host.token })
    expect([other.status, problem(other).code]).toEqual([409, 'CONFLICT'])
    expect(onAir()).toEqual(['audio', 'video'])
    expect((await send('DELETE', placeOf(mine), { token: key })).status).toBe(200)
    const then = await publish(showId, { token: host.token })
    expect(then.status).toBe(201)
    await send('DELETE', placeOf(then), { token: host.token })
  })

  test('restarts ICE with PATCH, guarded by its ETag', async () => {
    const answer = await publish()
    const patch = (ufrag: string, headers: object, token: string | undefined = key) =>
      send('PATCH', placeOf(answer), {
        token,
        type: fragment,
        headers,
        body: `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${'p'.repeat(24)}\r\n`,
      })
    const etag = answer.headers.get('etag') as string
    expect((await patch('fresh', {})).status).toBe(428)
    const stale = await patch('fresh', { 'if-match': '"stale"' })
    expect([stale.status, problem(stale).code]).toEqual([412, 'PRECONDITION_FAILED'])
    const restarted = await patch('fresh', { 'if-match': etag })
    expect(restarted.status).toBe(200)
    expect(restarted.headers.get('content-type')).toMatch(fragment)
    expect(restarted.headers.get('etag')).not.toBe(etag)
    const [, ufrag] = /a=ice-ufrag:(\S+)/.exec(restarted.text) ?? []
    expect(restarted.headers.get('etag')).toBe(`"${ufrag}"`)
    expect((await patch('fresh', { 'if-match': etag })).status).toBe(412)
    expect((await patch('fresh', { 'if-match': '*' })).status).toBe(204)
    expect((await patch('again', { 'if-match': '*' })).status).toBe(200)
    await send('DELETE', placeOf(answer), { token: key })
  })
})

describe('a key', () => {
  test('is told once, to the host alone', async () => {
    const { get, post } = house.as(host)
    const { createdAt } = await get<{ createdAt: string }>(`/shows/${showId}/stream-key`)
    expect(Date.parse(createdAt)).toBeGreaterThan(0)
    const rows = await house.pg.rest`select * from stream_keys where show_id = ${showId}`
    expect(JSON.stringify(rows)).not.toContain(key)
    const viewer = house.as(await house.signUp('Noor'))
    await expect(viewer.post(`/shows/${showId}/stream-key`)).rejects.toMatchObject({ status: 403 })
    expect(await post<{ key: string }>(`/shows/${showId}/stream-key`)).not.toMatchObject({ key })
  })

  test.each([
    ['made anew', () => aKey(showId)],
    ['revoked', () => house.as(host).delete(`/shows/${showId}/stream-key`)],
  ])('that is %s ends at once, and what it sends with it', async (_how, change) => {
    const place = placeOf(await publish())
    await change()
    await expect.poll(onAir).toEqual([])
    expect((await publish()).status).toBe(401)
    expect((await send('DELETE', place, { token: key })).status).toBe(401)
  })
})

describe('refused', () => {
  const cases: [string, number, string, () => ReturnType<typeof send>][] = [
    ['no key', 401, 'UNAUTHENTICATED', () => publish(showId, { token: undefined })],
    ['what is no key', 401, 'UNAUTHENTICATED', () => publish(showId, { token: 'x'.repeat(43) })],
    ['what is too short', 401, 'UNAUTHENTICATED', () => publish(showId, { token: 'x' })],
    ['a show that is none', 404, 'NOT_FOUND', () => publish(crypto.randomUUID())],
    ['what is no id', 404, 'NOT_FOUND', () => publish('..%2f..')],
    [
      "another show's key",
      404,
      'NOT_FOUND',
      async () => publish(showId, { token: await aKey(await aShow(host)) }),
    ],
    [
      'a viewer with a session',
      403,
      'FORBIDDEN',
      async () => publish(showId, { token: (await house.signUp('Noor')).token }),
    ],
    ['JSON', 415, 'UNSUPPORTED_MEDIA_TYPE', () => publish(showId, { type: 'application/json' })],
    ['no type', 415, 'UNSUPPORTED_MEDIA_TYPE', () => publish(showId, { type: 'text/plain' })],
    ['a fragment', 415, 'UNSUPPORTED_MEDIA_TYPE', () => publish(showId, { type: fragment })],
    ['1 MB', 413, 'PAYLOAD_TOO_LARGE', () => publish(showId, { body: 'a'.repeat(1 << 20) })],
    ['what is no SDP', 400, 'VALIDATION', () => publish(showId, { body: 'hello' })],
    [
      'a codec that nobody here plays',
      400,
      'VALIDATION',
      () => publish(showId, { body: obsOffer().replaceAll('H264', 'H265') }),
    ],
    ['GET', 405, 'METHOD_NOT_ALLOWED', () => send('GET', `/api/v1/whip/${showId}`, { token: key })],
    ['PUT', 405, 'METHOD_NOT_ALLOWED', () => send('PUT', `/api/v1/whep/${showId}`)],
    [
      'the URL of a session that is none',
      404,
      'NOT_FOUND',
      () => send('DELETE', `/api/v1/whip/${showId}/node/${'s'.repeat(43)}`, { token: key }),
    ],
    [
      'that without a key',
      401,
      'UNAUTHENTICATED',
      () => send('DELETE', `/api/v1/whip/${showId}/node/${'s'.repeat(43)}`),
    ],
  ]
  test.each(cases)('%s: %i %s', async (_what, status, code, ask) => {
    const answer = await ask()
    expect([answer.status, problem(answer).code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(transports()).toBe(0)
  })

  test('a show that is over: 410, and what was on is off', async () => {
    await publish()
    await house.as(host).post(`/shows/${showId}/end`)
    await expect.poll(transports).toBe(0)
    for (const answer of [await publish(), await watch()]) {
      expect([answer.status, problem(answer).code]).toEqual([410, 'GONE'])
    }
  })

  test("another session's URL, with a key that is good for another show: 404", async () => {
    const place = placeOf(await publish())
    const elsewhere = await aShow(host)
    const other = await aKey(elsewhere)
    expect((await send('DELETE', place, { token: other })).status).toBe(404)
    const moved = place.replace(showId, elsewhere)
    expect((await send('DELETE', moved, { token: other })).status).toBe(404)
    expect(onAir()).toEqual(['audio', 'video'])
    await send('DELETE', place, { token: key })
  })
})

describe('a player', () => {
  test('needs no session; it waits while nothing is on, and then watches', async () => {
    const early = await watch()
    expect([early.status, problem(early).code]).toEqual([409, 'CONFLICT'])
    expect(early.headers.get('retry-after')).toBe('2')
    await publish()
    const answer = await watch()
    expect(answer.status).toBe(201)
    expect(answer.text.match(/a=sendonly/g)).toHaveLength(2)
    expect(placeOf(answer)).toContain(`/api/v1/whep/${showId}/`)
    expect(house.app.rooms.media.stats().consumers).toBe(2)
    const ended = await send('DELETE', placeOf(answer))
    expect([ended.status, house.app.rooms.media.stats().consumers]).toEqual([200, 0])
  })

  test('whom a ban meets goes, and does not come back; a ban of a guest is one of the address', async () => {
    await publish()
    const guest = await house.guest()
    const line = await house.socket(guest)
    await line.ask('show:join', { showId })
    const named = await watch(showId, { token: guest.token })
    const nameless = await watch()
    expect([named.status, nameless.status]).toEqual([201, 201])
    const ban = { showId, accountId: guest.id, reason: 'spam' }
    await (await house.socket(host)).ask('viewer:ban', ban)
    await expect.poll(() => house.app.rooms.media.stats().consumers).toBe(0)
    for (const sent of [{ token: guest.token }, {}]) {
      const answer = await watch(showId, sent)
      expect([answer.status, problem(answer).code]).toEqual([403, 'BANNED'])
    }
  })

  test('without a name has as many places as one account, by address', async () => {
    await publish()
    const statuses: number[] = []
    for (let i = 0; i < 13; i += 1) statuses.push((await watch()).status)
    expect(statuses).toEqual([...Array.from({ length: 12 }, () => 201), 429])
    expect((await watch(showId, { token: (await house.guest()).token })).status).toBe(201)
  })
})

test('a browser may ask from any page: OPTIONS says how', async () => {
  const endpoint = await send('OPTIONS', `/api/v1/whip/${showId}`)
  expect(endpoint.status).toBe(204)
  expect(endpoint.headers.get('accept-post')).toBe(sdp)
  expect(endpoint.headers.get('access-control-allow-headers')).toContain('Authorization')
  const session = await send('OPTIONS', `/api/v1/whep/${showId}/node/secret`)
  expect(session.headers.get('accept-patch')).toBe(fragment)
})
