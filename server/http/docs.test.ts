import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { codes } from '../../shared/wire/base.ts'
import type { Route } from '../../shared/wire/contract.ts'
import { pushes } from '../../shared/wire/events.ts'
import { allCommands, allRoutes } from '../../shared/wire/wire.ts'
import { createLog } from '../base/log.ts'
import { createProxies } from '../base/proxies.ts'
import { mountDocs } from './docs.ts'
import { type Door, openDoor } from './door.ts'

type Parameter = { name: string; in: string; required: boolean; schema: object }
type Operation = {
  operationId: string
  security: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}
type OpenApi = {
  openapi: string
  info: { license: { name: string } }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation & { tags: string[] }>>
  components: { schemas: Record<string, object> }
}
type AsyncApi = {
  channels: { socket: { messages: Record<string, { name: string; payload: object }> } }
  operations: Record<string, { action: string; reply?: object }>
  components: { schemas: Record<string, object> }
}

const publicUrl = 'https://shop.example'
let door: Door
let open: OpenApi
let async: AsyncApi

beforeAll(async () => {
  const log = createLog('silent')
  door = await openDoor({ log, publicUrl, proxies: createProxies(undefined), dev: false })
  await mountDocs(door, publicUrl)
  open = (await door.inject('/openapi.json')).json<OpenApi>()
  async = (await door.inject('/asyncapi.json')).json<AsyncApi>()
})
afterAll(() => door.close())

const routes: [string, Route][] = Object.entries(allRoutes)
const operations = () =>
  Object.entries(open.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )

/** Every $ref that stands anywhere in a document. */
function refsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, v]) =>
    key === '$ref' && typeof v === 'string' ? [v] : refsIn(v),
  )
}

function at(document: unknown, ref: string): unknown {
  return ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      document,
    )
}

describe('/openapi.json', () => {
  test('has every route of the wire, and none besides', () => {
    const written = operations().map((o) => `${o.operationId} ${o.method.toUpperCase()} ${o.path}`)
    const wire = routes.map(
      ([name, r]) => `${name} ${r.method} /api/v1${r.path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect(written.sort()).toEqual(wire.sort())
    expect(open.openapi).toBe('3.1.0')
  })

  test('is under the licence of the house, and names every schema that the wire names', async () => {
    expect(open.info.license.name).toBe(manifest.license)
    const wire = fileURLToPath(new URL('../../shared/wire/', import.meta.url))
    const files: object[] = await Promise.all(readdirSync(wire).map((file) => import(wire + file)))
    const named = files.flatMap((file) =>
      Object.entries(file).flatMap(([name, value]) => ('~kind' in Object(value) ? [name] : [])),
    )
    expect(Object.keys(open.components.schemas).sort()).toEqual(named.sort())
  })

  test('names each parameter of a path once, and files each operation under one subject', () => {
    const subjects = new Set(open.tags.map((tag) => tag.name))
    for (const { path, parameters = [], tags } of operations()) {
      const named = parameters.filter((p) => p.in === 'path').map((p) => p.name)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
      expect(named.sort()).toEqual(inPath.sort())
      expect(tags.map((tag) => subjects.has(tag))).toEqual([true])
    }
  })

  test.each(routes)(
    'says of %s who may, what it takes, what it answers and how it refuses',
    (name, route) => {
      const operation = operations().find((o) => o.operationId === name)
      const key = operation?.parameters?.find((p) => p.name === 'Idempotency-Key')
      expect(key?.required).toBe(route.key === undefined ? undefined : route.key === 'required')
      const openToAll = operation?.security.some((s) => Object.keys(s).length === 0)
      expect(openToAll).toBe(route.may === 'anyone')
      const done = operation?.responses[String(route.status)]
      expect(done?.content !== undefined).toBe(route.reply !== undefined)
      expect(operation?.requestBody !== undefined).toBe(
        route.body !== undefined || route.takes !== undefined,
      )
      const refusals = Object.entries(operation?.responses ?? {}).filter(([s]) => Number(s) >= 400)
      expect(refusals.map(([s]) => s)).toEqual(expect.arrayContaining(['400', '429', '500', '503']))
      for (const [status, { description, content }] of refusals) {
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json'])
        for (const code of description.split(', ')) {
          expect(codes[code as keyof typeof codes]).toBe(Number(status))
        }
      }
    },
  )

  test('refers only to what is there, and every schema is JSON Schema 2020-12', () => {
    for (const ref of refsIn(open)) expect([ref, typeof at(open, ref)]).toEqual([ref, 'object'])
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'wire', components: open.components })
    for (const name of Object.keys(open.components.schemas)) {
      expect(() => ajv.compile({ $ref: `wire#/components/schemas/${name}` })).not.toThrow()
    }
  })
})

describe('/asyncapi.json', () => {
  test('is AsyncAPI 3.1.0 by its own schema', () => {
    const file = import.meta.resolve('@asyncapi/specs/schemas/3.1.0-without-$id.json')
    const schema = JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as object
    const ajv = new Ajv({ strict: false, logger: false })
    addFormats.default(ajv)
    const valid = ajv.compile(schema)
    valid(async)
    expect(valid.errors).toBeNull()
    expect(valid({ ...async, channels: 7 })).toBe(false)
  })

  test('has every command with its ack, and every push, and none besides', () => {
    const names = Object.values(async.channels.socket.messages).map((message) => message.name)
    const commands = Object.keys(allCommands)
    const wanted = [...commands, ...commands.map((c) => `${c} (ack)`), ...Object.keys(pushes)]
    expect(names.sort()).toEqual(wanted.sort())
    const actions = Object.values(async.operations).map((o) => [o.action, o.reply !== undefined])
    expect(actions.filter(([action, reply]) => action === 'receive' && reply)).toHaveLength(
      commands.length,
    )
    expect(actions.filter(([action, reply]) => action === 'send' && !reply)).toHaveLength(
      Object.keys(pushes).length,
    )
  })

  test('refers only to what is there, and every payload is JSON Schema', () => {
    for (const ref of refsIn(async)) expect([ref, typeof at(async, ref)]).toEqual([ref, 'object'])
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'wire', ...async })
    for (const id of Object.keys(async.channels.socket.messages)) {
      const ref = `wire#/channels/socket/messages/${id}/payload`
      expect(() => ajv.compile({ $ref: ref })).not.toThrow()
    }
  })
})

test('/docs shows it all from here: no other host is named, nothing runs inline', async () => {
  const { headers, body: page } = await door.inject('/docs')
  expect(headers['content-type']).toContain('text/html')
  const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string)
  expect(files.length).toBeGreaterThanOrEqual(3)
  for (const file of files) {
    expect(file).toMatch(/^\/docs\//)
    const served = await door.inject(file)
    expect([file, served.statusCode]).toEqual([file, 200])
    expect(served.headers['content-type']).toMatch(/javascript|css/)
  }
  expect(page).not.toMatch(/<script>|https?:/)
  expect((await door.inject('/docs/')).headers.location).toBe('/docs')
  for (const path of [
    '/docs/index.html',
    '/docs/oauth2-redirect.html',
    '/docs/..%2fpackage.json',
  ]) {
    expect((await door.inject(path)).statusCode).toBe(404)
  }
})
