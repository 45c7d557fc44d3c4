import type { TSchema } from 'typebox'
import { codes, Key } from '../../shared/wire/base.ts'
import type { Route } from '../../shared/wire/contract.ts'
import { webhooks } from '../../shared/wire/hooks.ts'
import { about, described, type Json, namedSchemas, subjects, whoMay } from './spec.ts'

/** OpenAPI 3.1 of every HTTP route, made from the tables that the doors are made from. */
export function openApi(publicUrl: string): Json {
  const paths: Record<string, Json> = {}
  for (const { name: tag, routes } of subjects) {
    for (const [name, route] of Object.entries(routes)) {
      const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, tag, route) }
    }
  }
  return {
    openapi: '3.1.0',
    info: { ...about, description: introduction },
    servers: [{ url: publicUrl }],
    tags: subjects
      .filter(({ routes }) => Object.keys(routes).length > 0)
      .map(({ name, about: description }) => ({ name, description })),
    paths,
    webhooks: Object.fromEntries(
      Object.entries(webhooks).map(([type, body]) => [type, { post: told(type, body) }]),
    ),
    components: {
      schemas: namedSchemas(),
      responses: { Problem: problemResponse },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token of a session.' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'A key of a merchant, `vk_…`.' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'vitrine_session' },
      },
    },
  }
}

const introduction = `The HTTP side of a live-shopping server; the socket's is /asyncapi.json.
Money is integer minor units with an ISO 4217 code. Times are RFC 3339 in UTC. Lists are pages: send
\`nextCursor\` back as \`cursor\`. Every refusal is a problem (RFC 9457) with a \`code\`; a refusal stores
nothing, so the same Idempotency-Key may be tried again. Encoders send by WHIP (RFC 9725): POST an SDP to
\`/api/v1/whip/{showId}\` with the stream key as Bearer; players watch by WHEP at \`/api/v1/whep/{showId}\`.`

/** What we send, and what the other side may answer. */
function told(type: string, body: TSchema): Json {
  const parameters = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    operationId: type,
    tags: ['Webhooks'],
    summary: `News: ${type}`,
    description: 'Signed as Standard Webhooks has it. One `webhook-id` may come more than once.',
    parameters,
    requestBody: { required: true, content: { 'application/json': { schema: described(body) } } },
    responses: {
      '2XX': { description: 'Taken.' },
      '410': { description: 'Send nothing more: it is switched off.' },
      default: { description: 'Not taken, also after 10 s: it comes again, for three days.' },
    },
  }
}

const problemResponse = {
  description: 'A refusal: nothing was changed.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

function operation(name: string, tag: string, route: Route): Json {
  const parameters = [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...keyParameter(route),
  ]
  const body = requestBody(route)
  return {
    operationId: name,
    tags: [tag],
    summary: route.summary,
    description: whoMay(route),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(route),
  }
}

function securityOf({ may, apiKey }: Route): Json[] {
  const sessions = [{ bearer: [] }, { cookie: [] }, ...(apiKey ? [{ apiKey: [] }] : [])]
  return may === 'anyone' ? [{}, ...sessions] : sessions
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: described(property),
  }))
}

function keyParameter({ key }: Route): Json[] {
  if (!key) return []
  const description =
    'One result for each key, also after a crash. Another body with it is refused.'
  const required = key === 'required'
  return [{ name: 'Idempotency-Key', in: 'header', required, description, schema: described(Key) }]
}

function requestBody({ body, takes }: Route): Json | undefined {
  if (takes === 'multipart/form-data') {
    const properties = { file: { type: 'string', contentMediaType: 'application/octet-stream' } }
    const schema = { type: 'object', properties, required: ['file'] }
    return { required: true, content: { 'multipart/form-data': { schema } } }
  }
  if (takes === 'text/csv') {
    return { required: true, content: { 'text/csv': { schema: { type: 'string' } } } }
  }
  if (takes === 'webhook') {
    const description = 'As the provider signs it.'
    return { required: true, description, content: { 'application/json': { schema: {} } } }
  }
  if (!body) return undefined
  const required = !('~optional' in body)
  return { required, content: { 'application/json': { schema: described(body) } } }
}

function responsesOf(route: Route): Json {
  const { status, reply } = route
  const done = reply
    ? { description: 'Done.', content: { 'application/json': { schema: described(reply) } } }
    : { description: 'Done; there is nothing to say.' }
  const no = refusalStatuses(route).map((code) => [String(code), refusedWith(code)])
  return { [String(status)]: done, ...Object.fromEntries(no) }
}

/** The statuses that this route may refuse with, from what it takes and who may call it. */
function refusalStatuses({ method, may, params, body, takes, key }: Route): number[] {
  const changes = method !== 'GET'
  return [
    400,
    ...(may === 'anyone' ? [] : [401]),
    ...(may === 'anyone' || may === 'guest' ? [] : [403]),
    ...(params || changes ? [404] : []),
    ...(changes ? [409, 410] : []),
    ...(body || takes ? [413, 415] : []),
    ...(key ? [422] : []),
    429,
    500,
    503,
  ]
}

function refusedWith(status: number): Json {
  const meant = Object.entries(codes).filter(([, number]) => number === status)
  return { ...problemResponse, description: meant.map(([code]) => code).join(', ') }
}
