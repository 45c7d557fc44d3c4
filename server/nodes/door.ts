import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '../base/log.ts'
import { notFound, Refusal } from '../base/refusal.ts'
import { asRefusal } from '../store/postgres.ts'
import type { Seal } from './seal.ts'

/** A pipe's answer carries the RTP parameters of two producers; nothing we write is near this. */
const letterBytesMax = 256 * 1024
const connectionsMax = 1_000
/** Who has not sent his letter by then is cut off, as soon as Node looks: by itself only every 30 s. */
const requestMs = 5_000
const lateLookMs = 1_000
/** Nodes ask each other every second while they share a show: connections stay open between. */
const keepOpenMs = 30_000

/** What a node does when another one asks. Each checks what it is given by a schema of its own. */
export type Answers = Record<string, (asked: unknown) => Promise<unknown>>

export type Answer =
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; retryAfterMs?: number | undefined }

/** `reached`: the address under which the others find what listens on `host`. */
type Needs = { host: string; reached: string; port: number; seal: Seal; log: Logger }

export type NodeDoor = Awaited<ReturnType<typeof openNodeDoor>>

/**
 * The private door of a process, for the other nodes alone. Who is not one of them learns nothing
 * but that: every path, known or not, answers 401.
 */
export async function openNodeDoor({ host, reached, port, seal, log }: Needs) {
  const answers: Answers = {}
  let address = ''
  const patience = {
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    keepAliveTimeout: keepOpenMs,
    connectionsCheckingInterval: lateLookMs,
  }
  const server = createServer(patience, (request, response) => {
    serve(request, response, { address, seal, answers, log }).catch((err: unknown) => {
      log.debug({ err }, 'a node hung up')
      response.destroy()
    })
  })
  server.maxConnections = connectionsMax
  await listening(server, host, port)
  address = `${reached.includes(':') ? `[${reached}]` : reached}:${(server.address() as AddressInfo).port}`
  return {
    address,
    /** Opens words; until then they do not exist. */
    answer(more: Answers): void {
      Object.assign(answers, more)
    },
    async close(): Promise<void> {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`the door for other nodes cannot be opened on ${host}:${port}`, { cause })),
    )
    server.listen(port, host, resolve)
  })
}

type Inside = { address: string; seal: Seal; answers: Answers; log: Logger }

async function serve(request: IncomingMessage, response: ServerResponse, inside: Inside) {
  const { address, seal, answers, log } = inside
  const word = (request.url ?? '').slice(1)
  const iv = String(request.headers['x-vitrine-iv'])
  let asked: unknown
  try {
    const body = await bodyOf(request)
    const at = String(request.headers['x-vitrine-at'])
    asked = seal.open(`ask ${address} ${word}`, { at, iv, body })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refuse(response, error)
  }
  const answer = await answered(answers, word, asked).catch((error: unknown) => {
    const known = asRefusal(error)
    if (known instanceof Refusal) return refusal(known)
    log.error({ err: error, word }, 'an answer to another node failed')
    return refusal(new Refusal('INTERNAL', 'This node has a problem.'))
  })
  const letter = seal.seal(`answer ${iv}`, answer)
  response.writeHead(200, { 'x-vitrine-at': letter.at, 'x-vitrine-iv': letter.iv })
  response.end(letter.body)
}

async function answered(answers: Answers, word: string, asked: unknown): Promise<Answer> {
  if (!Object.hasOwn(answers, word)) throw notFound('word between nodes')
  return { ok: true, value: await answers[word]?.(asked) }
}

function refusal({ code, message, retryAfterMs }: Refusal): Answer {
  return { ok: false, code, message, retryAfterMs }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > letterBytesMax) throw new Refusal('PAYLOAD_TOO_LARGE', 'That is no letter of ours.')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The same for everybody who is not one of us, whatever they asked. */
function refuse(response: ServerResponse, { code, status, message }: Refusal): void {
  const problem = { type: 'about:blank', title: code, status, code, detail: message, instance: '' }
  response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' })
  response.end(JSON.stringify(problem))
}
