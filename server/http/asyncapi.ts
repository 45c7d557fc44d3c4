import type { TSchema } from 'typebox'
import type { Command } from '../../shared/wire/contract.ts'
import { eventTypes, pushes } from '../../shared/wire/events.ts'
import { about, described, type Json, namedSchemas, subjects, whoMay } from './spec.ts'

/** AsyncAPI 3.1 of the socket: commands with their acks, and what the server says unasked. */
export function asyncApi(publicUrl: string): Json {
  const { host, protocol } = new URL(publicUrl)
  const messages: Json = {}
  const operations: Json = {}
  for (const { name: tag, commands } of subjects) {
    for (const [name, command] of Object.entries(commands)) {
      const id = idOf(name)
      messages[id] = { name, payload: described(command.in), tags: [{ name: tag }] }
      messages[`${id}.ack`] = { name: `${name} (ack)`, payload: ackOf(command) }
      operations[id] = commandOperation(id, tag, command)
    }
  }
  for (const [name, schema] of Object.entries(pushes) as [keyof typeof pushes, TSchema][]) {
    const id = idOf(name)
    messages[id] = { name, summary: pushSummaries[name], payload: described(schema) }
    operations[id] = {
      action: 'send',
      summary: pushSummaries[name],
      channel: { $ref: '#/channels/socket' },
      messages: [{ $ref: `#/channels/socket/messages/${id}` }],
    }
  }
  return {
    asyncapi: '3.1.0',
    info: { ...about, description: introduction },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        pathname: '/socket.io/',
        description: 'Socket.IO 4, WebSocket only; the session token is `auth.token`.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      socket: {
        address: '/',
        title: 'The one namespace',
        messages,
        servers: [{ $ref: '#/servers/here' }],
      },
    },
    operations,
    components: {
      schemas: { ...namedSchemas(), Refused: refused },
      securitySchemes: {
        token: {
          type: 'httpApiKey',
          in: 'cookie',
          name: 'vitrine_session',
          description: 'Or `auth.token` of the handshake.',
        },
      },
    },
  }
}

const introduction = `The socket side of a live-shopping server; HTTP's is /openapi.json. Every command takes one
object and an ack, which answers {ok: true, value} or {ok: false, code, message}.
A show is an ordered log: apply event last + 1, drop what is older, and on a gap send show:join with
\`after\`. Types of events: ${eventTypes.join(', ')}. Skip a type that you do not know.`

const pushSummaries: Record<keyof typeof pushes, string> = {
  'show:events': 'Events of a show, in order: seq `from` to `to`, both included',
  'show:pulse': 'Numbers that matter as of now; a newer pulse replaces an older one',
  'show:reset': 'You fell too far behind: this is the state, go on from its seq',
  'hold:made': 'A hold of yours that you did not ask for: you won it',
  'hold:ended': 'A hold of yours ended',
  'line:changed':
    'A place of yours in a line was taken or ended; with the hold, when your turn came',
  'order:changed': 'An order of yours, or in your shop, changed',
  'media:changed': 'What is on the air changed',
  'media:closed': 'A transport of yours was closed; build a new one',
  'you:changed': 'Something about the listener changed in a show: a mute began or ended',
  'session:ended': 'Your session ended; the connection closes',
}

const refused = {
  type: 'object',
  required: ['ok', 'code', 'message'],
  properties: {
    ok: { const: false },
    code: { type: 'string' },
    message: { type: 'string' },
    errors: { type: 'array', items: { $ref: '#/components/schemas/FieldError' } },
    retryAfterMs: { type: 'integer', minimum: 0 },
  },
}

/** Names of commands have a colon, which names of components may not. */
function idOf(name: string): string {
  return name.replaceAll(':', '.')
}

function ackOf({ out }: Command): Json {
  const done = {
    type: 'object',
    required: ['ok', 'value'],
    properties: { ok: { const: true }, value: described(out) },
  }
  return { oneOf: [done, { $ref: '#/components/schemas/Refused' }] }
}

function commandOperation(id: string, tag: string, command: Command): Json {
  const not = command.notWhen?.map((state) => ` Not while ${state}.`).join('') ?? ''
  return {
    action: 'receive',
    summary: command.summary,
    description: whoMay(command) + not,
    tags: [{ name: tag }],
    channel: { $ref: '#/channels/socket' },
    messages: [{ $ref: `#/channels/socket/messages/${id}` }],
    reply: {
      channel: { $ref: '#/channels/socket' },
      messages: [{ $ref: `#/channels/socket/messages/${id}.ack` }],
    },
  }
}
