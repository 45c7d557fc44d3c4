import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import { type House, openHouse, Unexpected } from '../support/house.ts'
import { type Stage, setStage } from '../support/stage.ts'
import { watchHouse } from '../support/watch-house.ts'
import { dial, exchange, requestOf } from './wire.ts'

/** The HTTP door, byte by byte: what is no request, or not quite one, and numbers that are none. */

let house: House
let stage: Stage
let token: string
let afterwards: () => Promise<void>

beforeAll(async () => {
  house = await openHouse()
  stage = await setStage(house)
  token = stage.host.token
  afterwards = await watchHouse(house)
})
afterAll(() => house.close())

const json = 'Content-Type: application/json'
const lengthOf = (body: string | Buffer) => `Content-Length: ${Buffer.byteLength(body)}`
const mine = () => `Authorization: Bearer ${token}`
const post = (path: string, headers: string[], body: string | Buffer) =>
  exchange(
    house,
    Buffer.concat([
      Buffer.from(requestOf(`POST /api/v1${path} HTTP/1.1`, [mine(), lengthOf(body), ...headers])),
      Buffer.from(body),
    ]),
  )

describe('bodies', () => {
  const show = '{"title":"x","lineup":[]}'

  test.each<[string, Buffer]>([
    ['in UTF-16', Buffer.from(show, 'utf16le')],
    ['after a mark and short of a field', Buffer.from('\ufeff{"title":"x"}')],
    ['packed', gzipSync(show)],
    ['of broken UTF-8', Buffer.from([0x22, 0xc3, 0x28])],
  ])('%s are refused', async (_what, body) => {
    expect(await post('/shows', [json, 'Content-Encoding: gzip'], body)).toBe(400)
    expect(await post('/shows', [json], body)).toBe(400)
  })

  test.each([[], ['Content-Type: multipart/form-data'], ['Content-Type: ']])(
    'without a kind that this route takes: 415 (%j)',
    async (...headers) => {
      expect([400, 415]).toContain(await post('/shows', headers, show))
    },
  )

  test.each([' application/json', 'Application/JSON ; charset=x', 'application/json\t'])(
    'as %j are checked like any other',
    async (kind) => {
      const unknown = '{"title":"x","lineup":[],"extra":1}'
      expect([400, 415]).toContain(await post('/shows', [`Content-Type:${kind}`], unknown))
    },
  )
})

describe('messages', () => {
  const start = 'POST /api/v1/shows HTTP/1.1'
  test.each<[string, string[], string]>([
    [
      'a length and a coding at once',
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5'], 'abcd'],
    ['a NUL in a header', ['X-A: a\u0000b'], ''],
    ['a line feed in a header', ['X-A: a\nX-User-Id: 1'], ''],
    ['a length that is none', ['Content-Length: -1'], ''],
    ['a chunk without a size', ['Transfer-Encoding: chunked'], 'zz\r\n\r\n'],
    ['headers of 100 kB', [`X-A: ${'a'.repeat(100_000)}`], ''],
    ['a thousand headers', Array.from({ length: 5_000 }, (_, n) => `X-${n}: 1`), ''],
  ])('with %s are refused', async (_what, headers, body) => {
    const answer = await exchange(house, requestOf(start, [mine(), json, ...headers], body))
    expect(answer === 'closed' || (answer >= 400 && answer < 500), String(answer)).toBe(true)
  })

  test.each(['TRACE', 'CONNECT', 'PROPFIND', 'HEAD', 'BREW'])('%s does nothing', async (method) => {
    const answer = await exchange(house, requestOf(`${method} /api/v1/sessions HTTP/1.1`, []))
    expect(answer === 'closed' || (answer >= 400 && answer < 500), String(answer)).toBe(true)
  })

  test.each([
    '/api/v1/orders/..%2f..%2fadmin',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//api//v1//shows',
    '/api/v1/shows;/admin',
    '/api/v1/shows/%zz',
    `/api/v1/shows/${'a'.repeat(10_000)}`,
    `/${'a'.repeat(100_000)}`,
    `/api/v1/shows?${Array.from({ length: 10_000 }, (_, n) => `a${n}=1`).join('&')}`,
    '/api/v1/shows?__proto__[isAdmin]=1',
    '/pictures/..%2f..%2fsession-secret',
  ])('GET %.60s is refused', async (path) => {
    const answer = await exchange(house, requestOf(`GET ${path} HTTP/1.1`, [mine()]))
    expect(answer === 'closed' || (answer >= 400 && answer < 500), String(answer)).toBe(true)
  })

  test('headers that claim to be somebody, or another method, are not believed', async () => {
    const claims = [
      'X-Forwarded-For: 127.0.0.1',
      'X-Real-IP: 127.0.0.1',
      'X-User-Id: 1',
      'X-Role: admin',
    ]
    expect(await exchange(house, requestOf('GET /api/v1/me HTTP/1.1', claims))).toBe(401)
    const method = ['X-HTTP-Method-Override: DELETE', 'X-Method: DELETE', mine()]
    expect(await exchange(house, requestOf('GET /api/v1/me HTTP/1.1', method))).toBe(200)
  })

  test('no link or cookie is made from the Host that somebody names', async () => {
    const evil = { host: 'evil.example', origin: 'http://shop.test' }
    const answer = await fetch(`${house.url}/api/v1/sessions/guest`, {
      method: 'POST',
      headers: evil,
    })
    expect(`${answer.headers.get('set-cookie')}${await answer.text()}`).not.toContain('evil')
    const line = 'GET http://evil.example/api/v1/shows HTTP/1.1'
    expect(await exchange(house, requestOf(line, ['Host: evil.example']))).toBe(200)
  })
})

test('who sends slowly, or never ends, is let go; others are served meanwhile', async () => {
  // The house's own limits are 10 and 15 s: here in tenths, looked at every five seconds.
  const { server } = house.app.http
  const [headersTimeout, requestTimeout] = [server.headersTimeout, server.requestTimeout]
  Object.assign(server, { headersTimeout: 300, requestTimeout: 300 })
  try {
    const slow = [
      'GET /api/v1/shows HTTP/1.1\r\nHost: shop.test\r\nX-A: ',
      requestOf('POST /api/v1/shows HTTP/1.1', [mine(), json, 'Content-Length: 900'], '{"title"'),
      requestOf(
        'POST /api/v1/shows HTTP/1.1',
        [mine(), json, 'Transfer-Encoding: chunked'],
        '5\r\n{"tit',
      ),
    ]
    const all = Array.from({ length: 60 }, (_, n) => exchange(house, slow[n % 3] as string, 20_000))
    expect(await exchange(house, requestOf('GET /api/v1/shows HTTP/1.1', []))).toBe(200)
    for (const answer of await Promise.all(all)) expect([408, 'closed']).toContain(answer)
  } finally {
    Object.assign(server, { headersTimeout, requestTimeout })
  }
})

test.each([
  ['/products/import', 'text/csv'],
  ['/pictures', 'multipart/form-data; boundary=x'],
  ['/products', 'application/json'],
])('what a stranger sends to %s is not read: the head alone is answered', async (path, type) => {
  const headers = [`Content-Type: ${type}`, 'Content-Length: 200000']
  const head = requestOf(`POST /api/v1${path} HTTP/1.1`, headers)
  expect(await exchange(house, head)).toBe(401)
})

test.each([
  ['no HTTP', 'NONSENSE\r\n\r\n', 400, 'VALIDATION'],
  [
    'more headers than anybody needs',
    `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    413,
    'PAYLOAD_TOO_LARGE',
  ],
])('%s is told so as everything else is', async (_, bytes, status, code) => {
  const socket = await dial(house)
  let heard = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
  })
  socket.write(bytes)
  await once(socket, 'close')
  expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(heard).toContain('application/problem+json')
  expect(JSON.parse(heard.split('\r\n\r\n')[1] as string)).toMatchObject({ status, code })
})

test('who breaks off in the middle of anything harms nobody', async () => {
  const whole = requestOf(
    'POST /api/v1/shows HTTP/1.1',
    [mine(), json, 'Content-Length: 25'],
    '{"title":"x","lineup":[]}',
  )
  for (let cut = 5; cut < whole.length; cut += 23) {
    const socket = await dial(house)
    socket.write(whole.slice(0, cut))
    socket.resetAndDestroy()
  }
  expect(await exchange(house, requestOf('GET /api/v1/shows HTTP/1.1', []))).toBe(200)
})

describe('values', () => {
  const refusal = async (path: string, body: string) => {
    try {
      await house.call('POST', path, {
        token,
        key: newId(),
        headers: { 'content-type': 'application/json' },
        body: JSON.parse(body) as unknown,
      })
      return 'taken'
    } catch (error) {
      if (error instanceof Unexpected) return error.problem.code
      throw error
    }
  }
  const hold = (quantity: string) =>
    refusal(
      '/holds',
      `{"showId":"${stage.showId}","variantId":"${stage.variantId}","quantity":${quantity}}`,
    )

  test.each([
    '0',
    '-0',
    '-1',
    '-2147483649',
    '1.5',
    '2147483648',
    '1e308',
    '9007199254740993',
    '"1"',
    '""',
    'null',
    '{}',
    '[]',
    'true',
  ])('a quantity of %s is VALIDATION', async (quantity) => {
    expect(await hold(quantity)).toBe('VALIDATION')
  })

  test('numbers that JSON can write and nobody can count', async () => {
    for (const amount of ['1E400', '-1', '0.1', '9007199254740993', '1e-5']) {
      const price = `{"amount":${amount},"currency":"EUR"}`
      const body = `{"title":"x","description":"","variants":[{"sku":"s","title":"t","onHand":1,"price":${price}}]}`
      expect(await post('/products', [json], body), amount).toBe(400)
    }
  })

  test.each(['"usd "', '"ÙSD"', '"XXX"', '"XYZ"', '"eur"', '""', '7', 'null'])(
    'a currency of %s is VALIDATION',
    async (currency) => {
      const variant = `{"sku":"s","title":"t","onHand":1,"price":{"amount":1,"currency":${currency}}}`
      const body = `{"title":"x","description":"","variants":[${variant}]}`
      expect(await refusal('/products', body)).toBe('VALIDATION')
    },
  )

  test.each([
    '1 or 1=1',
    '\'\\"--',
    '1;drop table',
    '../x',
    'a:b',
    '{a}',
    '*',
    '\\r\\nFLUSHALL\\r\\n',
    '"..redis.call(\'FLUSHALL\').."'.replaceAll('"', '\\"'),
    'A0000000-0000-4000-8000-000000000000',
    '00000000-0000-4000-8000-000000000000\\n',
    'x'.repeat(65_536),
  ])('an id of %.40j is VALIDATION', async (id) => {
    const body = `{"showId":"${stage.showId}","variantId":"${id}","quantity":1}`
    expect(await refusal('/holds', body)).toBe('VALIDATION')
  })

  test('what only the house decides is not taken from a client', async () => {
    const extras = {
      price: 1,
      total: 1,
      discount: 1,
      userId: newId(),
      hostId: newId(),
      status: 'live',
      paidAt: 'now',
    }
    for (const [name, value] of Object.entries(extras)) {
      const holds = JSON.stringify({
        showId: stage.showId,
        variantId: stage.variantId,
        quantity: 1,
        [name]: value,
      })
      expect(await refusal('/holds', holds), name).toBe('VALIDATION')
      expect(
        await refusal('/shows', JSON.stringify({ title: 'x', lineup: [], [name]: value })),
        name,
      ).toBe('VALIDATION')
    }
  })

  test('days that there are not are no start of a show', async () => {
    for (const day of [
      '2027-02-29',
      '2027-02-31',
      '2027-04-31',
      '2100-02-29',
      '0000-01-01',
      '2027-13-01',
    ]) {
      const body = JSON.stringify({ title: 'x', lineup: [], startsAt: `${day}T20:00:00.000Z` })
      expect(await refusal('/shows', body), day).toBe('VALIDATION')
    }
    for (const day of ['2028-02-29', '2000-02-29', '2027-12-31', '2027-02-28']) {
      const body = JSON.stringify({ title: 'x', lineup: [], startsAt: `${day}T20:00:00.000Z` })
      expect(await refusal('/shows', body), day).toBe('taken')
    }
  })

  test('keys of no length, of any length, and of other letters', async () => {
    for (const key of ['', 'x'.repeat(129), 'é']) {
      const headers = [json, ...(key ? [`Idempotency-Key: ${key}`] : [])]
      const body = JSON.stringify({ showId: stage.showId, variantId: stage.variantId, quantity: 1 })
      expect(await post('/holds', headers, body)).toBe(400)
    }
  })

  test('a shop has so many products and no more', async () => {
    await house.pg
      .rest`insert into products(id, merchant_id, title, description, images, status, created_at)
      select gen_random_uuid(), ${stage.host.id}, 'One of many', '', '[]', 'archived', now() from generate_series(1, 10000)`
    const variant = { sku: newId(), title: 't', onHand: 1, price: { amount: 1, currency: 'EUR' } }
    const body = JSON.stringify({ title: 'x', description: '', variants: [variant] })
    expect(await refusal('/products', body)).toBe('CONFLICT')
  })
})

test('a name that would forge a line of the log is no name', async () => {
  for (const displayName of ['x\n{"level":60}', 'x\u001b[2J', 'x\r\nSet-Cookie: a=b']) {
    const answer = await fetch(`${house.url}/api/v1/me`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName }),
    })
    expect(answer.status).toBe(400)
  }
})

test('what operators read, only they read; nothing tells of our insides', async () => {
  const closed = await openHouse({ METRICS_TOKEN: 'a token of sixteen letters' })
  try {
    const metrics = (authorization: string) =>
      fetch(`${closed.url}/metrics`, { headers: { authorization } })
    expect((await metrics('')).status).toBe(401)
    expect((await metrics('Bearer a token of sixteen letterz')).status).toBe(401)
    expect((await metrics('Bearer a token of sixteen letters')).status).toBe(200)
    for (const path of [
      '/admin/queues',
      '/json/version',
      '/.env',
      '/server/main.ts',
      '/package.json',
      '/debug/pprof',
    ]) {
      const answer = await fetch(`${closed.url}${path}`)
      expect([path, /stack|node_modules|DATABASE_URL/.test(await answer.text())]).toEqual([
        path,
        false,
      ])
    }
  } finally {
    await closed.close()
  }
})

test(
  'after all of it others noticed nothing, and nothing is broken or kept',
  () => afterwards(),
  120_000,
)
