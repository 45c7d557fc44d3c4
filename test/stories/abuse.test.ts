import { connect, type Socket as NetSocket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { stopwatch } from '../../server/base/clock.ts'
import { newId, newToken, sha256 } from '../../server/base/ids.ts'
import { forgetOldSessions } from '../../server/features/accounts/jobs.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { type Goods, list, type Stage, setStage } from '../support/stage.ts'
import { watchHouse } from '../support/watch-house.ts'

/** What somebody tries who means no good, at the doors of a house with its limits on. */

let house: House
let stage: Stage
let afterwards: () => Promise<void>

beforeAll(async () => {
  house = await openHouse({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' })
  stage = await setStage(house)
  // As fast as a person may talk with limits on.
  afterwards = await watchHouse(house, { talkMs: 700 })
})
afterAll(() => house.close())

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
async function dialSocketIo(headers: Record<string, string> = {}): Promise<WebSocket> {
  const url = `${house.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(url, { headers })
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    socket.once('open', () => resolve())
    socket.once('close', () => resolve())
  })
  return socket
}

/** A call as a browser or a script makes it; answers status, code and headers. */
async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
  const init = { method, headers, ...(body !== undefined && { body }) }
  const answer = await fetch(`${house.url}${path}`, init)
  const text = await answer.text()
  const code = answer.ok ? undefined : (JSON.parse(text) as { code: string }).code
  return { status: answer.status, code, headers: answer.headers }
}

const json = { 'content-type': 'application/json' }

describe('pages of other sites', () => {
  test.each([['https://evil.test'], ['null'], ['http://shop.test.evil.test']])(
    '%s signs nobody in and changes nothing',
    async (origin) => {
      const from = { origin }
      const guest = await send('POST', '/api/v1/sessions/guest', from)
      expect([guest.code, guest.headers.get('set-cookie')]).toEqual(['FORBIDDEN', null])
      const [person] = await house.crowd(1)
      const cookie = `vitrine_session=${person?.token}`
      const rename = JSON.stringify({ displayName: 'Mallory' })
      const named = await send('PATCH', '/api/v1/me', { ...from, ...json, cookie }, rename)
      expect(named.code).toBe('FORBIDDEN')
      await expect(dialSocketIo({ origin, cookie }).then((s) => s.readyState)).resolves.not.toBe(
        WebSocket.OPEN,
      )
    },
  )

  test('our own page may, and so may whoever shows a token', async () => {
    const own = await send('POST', '/api/v1/sessions/guest', { origin: 'http://shop.test' })
    expect(own.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
    const [person] = await house.crowd(1)
    const elsewhere = { origin: 'https://evil.test', authorization: `Bearer ${person?.token}` }
    const body = JSON.stringify({ displayName: 'Aylin' })
    expect((await send('PATCH', '/api/v1/me', { ...json, ...elsewhere }, body)).status).toBe(200)
  })
})

test('what is answered to one person is kept by no cache', async () => {
  const { token } = await house.guest()
  for (const headers of [{ authorization: `Bearer ${token}` }, { authorization: 'Bearer no' }])
    expect((await send('GET', '/api/v1/me', headers)).headers.get('cache-control')).toBe('no-store')
})

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
  })

  test('connections that never say who they are count for their address too', async () => {
    const sockets: WebSocket[] = []
    const already = house.app.gateway.counts.connected
    for (let i = 0; i < 6; i++)
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => dialSocketIo()))))
    const open = sockets.filter((socket) => socket.readyState === WebSocket.OPEN).length
    expect(already + open).toBe(550)
    const guest = await house.guest()
    await expect(house.socket(guest)).rejects.toThrow()
    for (const socket of sockets) socket.terminate()
    const tried = () =>
      house.socket(guest).then(
        () => 'in',
        () => 'out',
      )
    await expect.poll(tried, { timeout: 10_000 }).toBe('in')
  })

  test('whoever asks and does not read is cut off', async () => {
    const [asker] = await house.crowd(1)
    await house.pg.rest`select append_v1(${stage.showId}, (select jsonb_agg(jsonb_build_object(
      'type', 'show.updated', 'body', jsonb_build_object('filler', repeat('x', 2500)))) from generate_series(1, 90)))`
    const socket = await dialSocketIo()
    socket.send(`40{"token":"${asker?.token}"}`)
    await expect.poll(() => house.app.gateway.linesOf(asker?.id as string).length).toBe(1)
    socket.pause()
    // Every answer is a quarter of a megabyte, until so much waits that none is given; who asks on is let go.
    for (let i = 0; i < 300; i++)
      socket.send(`42${i}["show:join",{"showId":"${stage.showId}","after":1}]`)
    await expect
      .poll(() => house.app.gateway.linesOf(asker?.id as string).length, { timeout: 10_000 })
      .toBe(0)
    socket.terminate()
    await expect.poll(() => house.app.gateway.counts.running, { timeout: 10_000 }).toBe(0)
  })
})

test('one account cannot empty the shelves by holding', async () => {
  const others = [await list(house, stage.host, 500), await list(house, stage.host, 500)]
  await house
    .as(stage.host)
    .patch(`/shows/${stage.showId}`, { lineup: [stage, ...others].map((goods) => goods.productId) })
  const [hoarder, other] = (await house.crowd(2)) as [Person, Person]
  const hold = (person: Person, { variantId }: { variantId: string }) =>
    house
      .as(person)
      .post<{ holdId: string }>('/holds', { showId: stage.showId, variantId, quantity: 20 })
  const tried = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => hold(hoarder, others[i % 2] as Goods)),
  )
  const held = tried.filter((one) => one.status === 'fulfilled').map((one) => one.value)
  const refusals = tried.filter((one) => one.status === 'rejected').map((one) => one.reason)
  // A hundred units; two batches in flight may both see room for the last.
  expect([5, 6]).toContain(held.length)
  for (const reason of refusals) expect(reason).toMatchObject({ status: 429 })
  await hold(other, others[0] as Goods)
  for (const { holdId } of held.slice(0, 2)) await house.as(hoarder).delete(`/holds/${holdId}`)
  await hold(hoarder, others[0] as Goods)
})

describe('guessed passwords', () => {
  const signIn = (email: string, password: string, more: Record<string, string>) =>
    send('POST', '/api/v1/sessions', { ...json, ...more }, JSON.stringify({ email, password }))
  /** As somebody with a hundred addresses, each of a network of its own. */
  const from = (n: number) => ({ 'x-forwarded-for': `203.0.${n}.7` })

  test('from many addresses are counted by the account, and keep its owner out of no browser of theirs', async () => {
    const [email, password] = ['ines@example.test', 'correct horse']
    const body = JSON.stringify({ email, password, displayName: 'Ines' })
    const opened = await send('POST', '/api/v1/accounts', json, body)
    const cookies = opened.headers.getSetCookie().map((line) => line.split(';')[0])
    const device = cookies.find((cookie) => cookie?.startsWith('vitrine_device')) as string
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, n) => signIn(email.toUpperCase(), `guess ${n}`, from(n))),
    )
    const codes = Map.groupBy(guesses, ({ code }) => code)
    expect(codes.get('UNAUTHENTICATED')).toHaveLength(20)
    expect(codes.get('RATE_LIMITED')).toHaveLength(10)
    // Neither the right password elsewhere nor another account's browser gets past that.
    expect((await signIn(email, password, from(98))).code).toBe('RATE_LIMITED')
    const other = await send(
      'POST',
      '/api/v1/accounts',
      json,
      JSON.stringify({ email: 'mallory@example.test', password, displayName: 'Mallory' }),
    )
    const [stolen] = other.headers
      .getSetCookie()
      .filter((line) => line.startsWith('vitrine_device'))
    const borrowed = { cookie: stolen?.split(';')[0] as string, ...from(99) }
    expect((await signIn(email, password, borrowed)).code).toBe('RATE_LIMITED')
    const own = await signIn(email, password, { cookie: device, ...from(97) })
    expect([own.status, own.headers.get('set-cookie')]).toEqual([
      201,
      expect.stringMatching(
        /vitrine_device=[^;]+; Max-Age=\d+; Path=\/api\/v1\/sessions; HttpOnly; SameSite=Lax/,
      ),
    ])
  })
})

describe('forgotten passwords', () => {
  const forgot = (email: string) => house.call('POST', '/passwords/forgotten', { body: { email } })
  const letters = async (to: string) => {
    const rows = await house.pg.rest`select from mails where "to" = ${to}`
    return rows.length
  }
  const linkTo = async ({ id }: Person) => {
    const token = newToken()
    await house.pg.rest`insert into password_resets(token_hash, account_id, expires_at)
      values (${sha256(token)}, ${id}, now() + interval '20 minutes')`
    return token
  }
  const reset = (token: string, password: string) =>
    house.call<{ token: string }>('POST', '/passwords/reset', { body: { token, password } })

  test('neither the answer nor its time tells who has an account, and no mailbox is filled', async () => {
    const person = await house.signUp('Aylin')
    for (const email of [person.email, 'nobody@example.test', person.email]) {
      const elapsed = stopwatch()
      expect(await forgot(email)).toBeUndefined()
      expect(elapsed()).toBeGreaterThanOrEqual(240)
    }
    expect(await letters(person.email)).toBe(1)
  })

  test('a new password ends every older link and every open socket', async () => {
    const person = await house.signUp('Aylin')
    const line = await house.socket(person)
    const over = line.next<{ code: string }>('session:ended')
    const [used, older] = [await linkTo(person), await linkTo(person)]
    const { token } = await reset(used, 'a better password')
    expect(await over).toMatchObject({ code: 'UNAUTHENTICATED' })
    for (const link of [used, older])
      await expect(reset(link, 'mine now')).rejects.toMatchObject({ status: 410 })
    await house.call('GET', '/me', { token })
    await expect(house.call('GET', '/me', { token: person.token })).rejects.toMatchObject({
      status: 401,
    })
  })
})

test('rows of sessions and links whose time is over are taken away, others stay', async () => {
  const [person] = await house.crowd(1)
  await house.pg.rest`insert into sessions(token_hash, id, account_id, created_at, expires_at)
    values (${sha256('old')}, ${newId()}, ${person?.id as string}, now(), now() - interval '1 second')`
  await house.pg.rest`insert into password_resets(token_hash, account_id, expires_at)
    values (${sha256('old')}, ${person?.id as string}, now() - interval '1 second')`
  await forgetOldSessions({ sql: house.pg.jobs })
  expect(
    await house.pg.rest`select from sessions where account_id = ${person?.id as string}`,
  ).toHaveLength(1)
  expect(
    await house.pg.rest`select from password_resets where token_hash = ${sha256('old')}`,
  ).toHaveLength(0)
})

test('one socket is in so many shows and not in more', async () => {
  const [person] = await house.crowd(1)
  const line = await house.socket(person as Person)
  const ids = Array.from({ length: 25 }, () => newId())
  await house.pg.rest`insert into shows(id, host_id, title, status, created_at)
    select id, ${stage.host.id}, 'One of many', 'scheduled', now() from unnest(${ids}::uuid[]) i(id)`
  await house.pg.rest`insert into show_heads(show_id) select unnest(${ids}::uuid[])`
  const answers = await Promise.all(ids.map((showId) => line.ack('show:join', { showId })))
  expect(answers.filter((answer) => answer.ok)).toHaveLength(20)
  const first = ids[answers.findIndex((answer) => answer.ok)] as string
  expect((await line.ack('show:join', { showId: first })).ok).toBe(true)
  await line.ask('show:leave', { showId: first })
  const out = ids[answers.findIndex((answer) => !answer.ok)] as string
  expect((await line.ack('show:join', { showId: out })).ok).toBe(true)
})

test('a host pins as fast as a hand can, and not faster', async () => {
  const socket = await house.socket(stage.host)
  const pinned = { showId: stage.showId, productId: stage.productId }
  const pins = Array.from({ length: 40 }, () => socket.ack('product:pin', pinned))
  const codes = (await Promise.all(pins)).map((answer) => (answer.ok ? 'ok' : answer.code))
  expect(codes.filter((code) => code === 'ok')).toHaveLength(30)
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(10)
})

test.each([
  ['whip', 60, { authorization: `Bearer ${newToken()}` }],
  ['whep', 120, {}],
])(
  'URLs of %s sessions are guessed so often and not oftener, by whatever method',
  async (kind, times, key) => {
    const url = `/api/v1/${kind}/${stage.showId}/${newId()}/${newToken()}`
    const headers = { ...key, 'x-forwarded-for': '203.0.113.61' }
    const guess = () => send('DELETE', url, headers)
    const codes = new Set<string | undefined>()
    for (let i = 0; i < times; i++) codes.add((await guess()).code)
    expect(codes).not.toContain('RATE_LIMITED')
    expect((await guess()).code).toBe('RATE_LIMITED')
    expect((await send('PATCH', url, headers)).code).toBe('RATE_LIMITED')
  },
)

test('pages of shows are asked for as often as an office does, and not oftener', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.62' }
  const paths = [`/s/${stage.showId}`, `/embed/${stage.showId}`, '/oembed?url=https://x.test/s/x']
  const codes: (string | undefined)[] = []
  for (let i = 0; i < 410; i += 10) {
    const some = Array.from({ length: 10 }, () => paths.map((path) => send('GET', path, headers)))
    codes.push(...(await Promise.all(some.flat())).map(({ code }) => code))
  }
  expect(codes.slice(0, 1_200)).not.toContain('RATE_LIMITED')
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(30)
  expect((await send('GET', paths[0] as string, {})).code).not.toBe('RATE_LIMITED')
})

test('tokens that open nothing are asked about so often and not oftener', async () => {
  // Last of all: for a minute no other test may try a token that is none.
  const stranger = { authorization: `Bearer ${'x'.repeat(43)}`, connection: 'close' }
  const guess = () => send('GET', '/api/v1/me', stranger)
  const codes = await Promise.all(Array.from({ length: 310 }, guess)).then((all) =>
    all.map(({ code }) => code),
  )
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThanOrEqual(10)
  // A good session of the same address is not kept out.
  const { token } = await house.guest()
  expect((await send('GET', '/api/v1/me', { authorization: `Bearer ${token}` })).status).toBe(200)
})

test(
  'after all of it others noticed nothing, and nothing is broken or kept',
  () => afterwards(),
  120_000,
)
