import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Command, Route } from '../../shared/wire/contract.ts'
import { allCommands, allRoutes } from '../../shared/wire/wire.ts'
import { type House, type Line, openHouse } from '../support/house.ts'
import { setStage } from '../support/stage.ts'
import { commandPayloads, pathOf, routeCalls, type Scene } from '../support/verbs.ts'
import { watchHouse } from '../support/watch-house.ts'

/**
 * What arrives from outside, made from the schemas: every route and command is given its sound
 * payload with one thing wrong. Each gets a typed answer, and the house goes on.
 */

let house: House
let stage: Scene
let line: Line
let afterwards: () => Promise<void>

beforeAll(async () => {
  house = await openHouse()
  const set = await setStage(house)
  const victim = await house.signUp('Aylin')
  stage = {
    ...set,
    messageId: newId(),
    saleId: newId(),
    victim,
    stranger: await house.signUp('Ines'),
  }
  line = await house.socket(stage.host)
  afterwards = await watchHouse(house)
})
afterAll(() => house.close())

/** Things that are no payload of anything. */
const shapeless = [
  null,
  [],
  [[]],
  'text',
  7,
  true,
  { __proto__: null, constructor: { prototype: {} } },
]

/** Values that fit no field: wrong kinds, wrong sizes, characters that no store carries. */
const strange: unknown[] = [
  null,
  [],
  {},
  true,
  -1,
  1.5,
  1e21,
  '',
  ' ',
  'x'.repeat(30_000),
  'a\u0000b',
  '\ud800',
  "1' or '1'='1",
  '00000000-0000-0000-0000-000000000000\n',
  '${7*7}',
  '../../etc/passwd',
  Number.MAX_SAFE_INTEGER + 2,
  Array.from({ length: 3_000 }, () => 'x'),
  { $gt: '' },
  { toString: 'x' },
]

/** The payload with one field each made strange, left out, or added. */
function* spoilt(payload: object): Generator<unknown> {
  for (const name of Object.keys(payload)) {
    for (const value of strange) yield { ...payload, [name]: value }
    const { [name as keyof typeof payload]: _, ...rest } = payload
    yield rest
  }
  yield { ...payload, unknownField: 1 }
  yield JSON.parse(
    `{"__proto__": {"isAdmin": true}, ${JSON.stringify(payload).slice(1)}`.replace(', }', '}'),
  )
}

const isTyped = (code: unknown) =>
  typeof code === 'string' && /^[A-Z_]+$/.test(code) && code !== 'INTERNAL'

describe('commands', () => {
  test.each(Object.entries(allCommands) as [keyof typeof allCommands, Command][])(
    '%s: whatever is wrong with its payload gets a typed answer',
    async (name) => {
      const wrong: string[] = []
      for (const given of shapeless) {
        const answer = await line.ack(name, given as object)
        // An empty object is sound where nothing is asked.
        if (answer.ok || answer.code !== 'VALIDATION')
          wrong.push(`${JSON.stringify(given)}: ${JSON.stringify(answer)}`)
      }
      const payloads = [...spoilt(commandPayloads[name](stage))]
      const answers = await Promise.all(
        payloads.map((payload) => line.ack(name, payload as object)),
      )
      answers.forEach((answer, i) => {
        if (!answer.ok && !isTyped(answer.code))
          wrong.push(`${JSON.stringify(payloads[i])?.slice(0, 200)}: ${answer.code}`)
      })
      const extra = answers[payloads.length - 2]
      if (extra?.ok || extra?.code !== 'VALIDATION')
        wrong.push(`an unknown field: ${JSON.stringify(extra)}`)
      expect(wrong).toEqual([])
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    },
  )
})

describe('routes', () => {
  const withBody = (Object.entries(allRoutes) as [keyof typeof allRoutes, Route][]).filter(
    ([, route]) => route.body,
  )
  test.each(withBody)('%s', async (name, route) => {
    const { params, body } = routeCalls[name](stage)
    const path = pathOf(route.path, params)
    const wrong: string[] = []
    const bodies = [...shapeless.slice(1, 6), ...spoilt((body ?? {}) as object)]
    for (const given of bodies) {
      const { status, problem } = await send(route.method, path, JSON.stringify(given))
      const isProblem = status < 400 || (isTyped(problem?.code) && problem?.status === status)
      if (!isProblem || status >= 500)
        wrong.push(`${JSON.stringify(given)?.slice(0, 200)}: ${status} ${JSON.stringify(problem)}`)
    }
    expect(wrong).toEqual([])
  })

  test.each(Object.entries(allRoutes) as [keyof typeof allRoutes, Route][])(
    '%s with strange parameters',
    async (name, route) => {
      if (!route.path.includes(':')) return
      for (const value of [
        '%00',
        '..%2f..',
        'x'.repeat(150),
        '%F0%9F%98%80',
        "1'--",
        newId().toUpperCase(),
      ]) {
        const path = route.path.replaceAll(/:\w+/g, value)
        const { status, problem } = await send(
          route.method,
          path,
          JSON.stringify(routeCalls[name](stage).body ?? {}),
        )
        expect([400, 404], `${path}: ${JSON.stringify(problem)}`).toContain(status)
      }
    },
  )
})

async function send(
  method: string,
  path: string,
  body: string,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(`${house.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stage.host.token}`,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
      ...headers,
    },
    ...(method !== 'GET' && { body }),
  })
  const text = await answer.text()
  const json = text.startsWith('{')
    ? (JSON.parse(text) as { code?: string; status?: number })
    : undefined
  return { status: answer.status, problem: json, type: answer.headers.get('content-type') }
}

describe('the door itself', () => {
  const shows = (body: string, headers?: Record<string, string>) =>
    send('POST', '/shows', body, headers)

  test.each([
    ['not JSON', '{'],
    ['nul', 'nul'],
    ['nothing', ''],
    ['a number too large', '{"title":1e999,"lineup":[]}'],
    ['a prototype', '{"__proto__":{"isAdmin":true}}'],
    ['a constructor', '{"constructor":{"prototype":{}}}'],
  ])('%s is refused as VALIDATION', async (_what, body) => {
    const { status, problem, type } = await shows(body)
    expect(status).toBe(400)
    expect(problem?.code).toBe('VALIDATION')
    expect(type).toContain('application/problem+json')
  })

  test.each(['application/xml', 'text/plain', 'application/json\ta', 'application/json garbage'])(
    'content type %j is refused, never taken unchecked',
    async (contentType) => {
      const { status, problem } = await shows('{"title":"x","lineup":[],"extra":1}', {
        'content-type': contentType,
      })
      expect([400, 415]).toContain(status)
      expect(isTyped(problem?.code)).toBe(true)
    },
  )

  test('a body past the limit is PAYLOAD_TOO_LARGE', async () => {
    const { status, problem } = await shows(
      JSON.stringify({ title: 'x'.repeat(300_000), lineup: [] }),
    )
    expect(status).toBe(413)
    expect(problem?.code).toBe('PAYLOAD_TOO_LARGE')
  })

  test('another method says which are allowed; another path is NOT_FOUND', async () => {
    expect((await send('DELETE', '/shows', '{}')).problem?.code).toBe('METHOD_NOT_ALLOWED')
    expect((await send('GET', '/nothing/here', '')).problem?.code).toBe('NOT_FOUND')
  })

  test.each([
    'limit=-1',
    'limit=1e9',
    'limit=x',
    'cursor=%00',
    'cursor=AAAA',
    'unknown=1',
    'a[b][c]=1',
  ])('the query ?%s is VALIDATION', async (query) => {
    expect((await send('GET', `/shows?${query}`, '')).problem?.code).toBe('VALIDATION')
  })

  test('a change with a cookie from another site is not done', async () => {
    const cookie = `vitrine_session=${stage.host.token}`
    const from = async (origin: string) => {
      const answer = await fetch(`${house.url}/api/v1/shows`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json' },
        body: '{"title":"x","lineup":[]}',
      })
      return answer.status
    }
    expect(await from('https://evil.example')).toBe(403)
    expect(await from('null')).toBe(403)
    expect(await from('http://shop.test')).toBe(201)
  })

  test('a command that nobody knows, no payload, too many, and no ack', async () => {
    expect(await line.ack('no:such', {})).toMatchObject({ ok: false, code: 'NOT_FOUND' })
    const socket = line.socket.timeout(5_000)
    expect(await socket.emitWithAck('show:join')).toMatchObject({ ok: false, code: 'VALIDATION' })
    expect(await socket.emitWithAck('show:join', {}, {})).toMatchObject({
      ok: false,
      code: 'VALIDATION',
    })
    line.socket.emit('show:join', null)
    line.socket.emit('chat:send')
    expect(await line.ack('clock:sync', { t0: 1 })).toMatchObject({ ok: true })
  })

  test.each([
    '42[42,{}]',
    '42["connect"]',
    '42["disconnect"]',
    '44{}',
    '49',
    '450-["x"]',
    '4511-["x"]',
    '451-["x",{"_placeholder":true,"num":5}]',
    '42["newListener"]',
    '2',
    '4',
    '429007199254740993["clock:sync",{"t0":1}]',
    'x'.repeat(200_000),
  ])('a raw packet %.40s ends at worst its own socket', async (packet) => {
    const { WebSocket } = await import('ws')
    const raw = new WebSocket(
      `${house.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    )
    raw.on('error', () => {})
    await new Promise((resolve) => raw.once('open', resolve))
    raw.send(`40{"token":"${stage.host.token}"}`)
    await new Promise((resolve) => raw.once('message', resolve))
    raw.send(packet)
    expect(await line.ack('clock:sync', { t0: 1 })).toMatchObject({ ok: true })
    raw.terminate()
  })

  test('bytes that are no HTTP are cut off, and others are served', async () => {
    const socket = connect(new URL(house.url).port as unknown as number, '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.resume()
    socket.write('NONSENSE\r\n\r\n\u0000\u0000')
    await closed
    expect((await send('GET', '/me', '')).status).toBe(200)
  })
})

test(
  'after all of it others noticed nothing, and nothing is broken or kept',
  () => afterwards(),
  120_000,
)
