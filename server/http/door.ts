import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import helmet, { type HelmetOptions } from 'helmet'
import type { Logger } from '../base/log.ts'
import type { Proxies } from '../base/proxies.ts'
import type { Refusal } from '../base/refusal.ts'
import { refuseBytes } from './broken.ts'
import { problemOf, refusalOf } from './problem.ts'

/** JSON bodies: the largest is a product with a hundred variants. */
const bodyBytesMax = 256 * 1024
/** The whole request must have arrived by then: slow senders are let go. */
const requestMs = 15_000
const headersMs = 10_000
/** Node looks for those who are late this often; its own 30 s would give them as much again. */
const lateLookMs = 5_000
/** A door that closes looks this often for who can go. */
const leaveLookMs = 50

export type Door = FastifyInstance

type Settings = { log: Logger; publicUrl: string; proxies: Proxies; dev: boolean }

/** Opens the HTTP door: Fastify with our limits, our headers and our way to say no. No routes yet. */
export async function openDoor(settings: Settings): Promise<Door> {
  const app = Fastify({
    loggerInstance: settings.log,
    logController: new LogController({ disableRequestLogging: true }),
    // Lines say the request's id where there are any; a logger for each request was 3 % of its time.
    childLoggerFactory: (logger) => logger,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: !settings.proxies.none && ((address: string) => settings.proxies.trusts(address)),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMs,
    http: { connectionsCheckingInterval: lateLookMs },
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    return503OnClosing: false,
    clientErrorHandler: refuseBytes,
  }) as unknown as FastifyInstance
  app.server.headersTimeout = headersMs
  app.setErrorHandler((error, request, reply) => {
    sayNo(reply, refusalOf(error, request.log as Logger, request.id), request.id)
  })
  // We check schemas ourselves, with TypeBox, the same way on both doors.
  app.setValidatorCompiler(() => () => true)
  await app.register(cookie)
  letGoOnClose(app)
  const [ofPages, ofBanks] = [headers(policy(settings)), headers(bankPolicy(settings))]
  const ofData = headers(dataPolicy(settings))
  app.addHook('onRequest', (request, reply, done) => {
    const isData = 'route' in request.routeOptions.config
    void reply.headers(isData ? ofData : inBankWindow.test(request.url) ? ofBanks : ofPages)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const level = reply.statusCode >= 500 ? 'warn' : 'debug'
    if (settings.log.isLevelEnabled(level)) settings.log[level](lineOf(request, reply), 'answered')
    done()
  })
  return app
}

/**
 * Who is being answered when the door closes is answered, and goes then. Node would wait on: for browsers, which
 * hold a connection in hand that they have asked nothing by, and for who was answered meanwhile, for as long
 * as connections are kept. It looks for idle ones once, when closing begins.
 */
function letGoOnClose(app: FastifyInstance): void {
  const { server } = app
  const open = new Set<Socket>()
  function gone(this: Socket): void {
    open.delete(this)
  }
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', gone)
  })
  app.addHook('preClose', (done) => {
    const look = () => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
      server.closeIdleConnections()
    }
    const timer = setInterval(look, leaveLookMs)
    server.once('close', () => clearInterval(timer))
    done()
  })
}

function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  return {
    reqId: request.id,
    method: request.method,
    url: pathOnly(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  }
}

/** Query strings may carry tokens, and URLs of WHIP and WHEP sessions and of letters end in one. */
const beforeToken = /(\/wh[ei]p\/[^/]*\/[^/]*|\/letters)\/.*/

function pathOnly(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? ''
  return path.replace(beforeToken, '$1/…').slice(0, 200)
}

type Reply = {
  code(status: number): Reply
  header(name: string, value: string | number): Reply
  type(type: string): Reply
  send(payload: unknown): unknown
}

export function sayNo(reply: Reply, refusal: Refusal, requestId: string): void {
  if (refusal.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000)))
  }
  reply
    .code(refusal.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(refusal, requestId)))
}

/** What helmet says. Worked out once: asked each time it was an eighth of a request's time. */
function headers(rules: HelmetOptions): Record<string, string> {
  const said: Record<string, string> = {}
  const answer = {
    setHeader: (name: string, value: string) => Object.assign(said, { [name]: value }),
    removeHeader: () => {},
  }
  helmet(rules)({} as IncomingMessage, answer as never as ServerResponse, (error) => {
    if (error) throw error
  })
  return said
}

/** Everything the pages need comes from here: no other host is ever asked. */
function policy({ publicUrl, dev }: Settings) {
  const socket = publicUrl.replace(/^http/, 'ws')
  const https = publicUrl.startsWith('https://')
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...(dev ? ["'unsafe-inline'"] : [])],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", socket, ...(dev ? ['ws:'] : [])],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    crossOriginEmbedderPolicy: false,
    // A payment company's page opens beside the show; nobody else's page holds on to ours.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' as const },
    hsts: strictTransport(https),
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' as const },
  }
}

const inBankWindow = /^\/(orders|api\/v1\/sandbox)\//

/** That window comes back to the order's page and closes itself: a policy there would cut it off from who opened it. */
function bankPolicy(settings: Settings): HelmetOptions {
  return { ...policy(settings), crossOriginOpenerPolicy: false }
}

const strictTransport = (https: boolean) =>
  https && { maxAge: 31_536_000, includeSubDomains: false }

/**
 * An answer of the API, a route that mount.ts has named, is no page: it loads nothing, is framed by nobody and is
 * what it says it is. What else helmet says is about pages; without it the head of an answer is 0.3 KB and not 0.8.
 */
function dataPolicy({ publicUrl }: Settings): HelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    hsts: strictTransport(publicUrl.startsWith('https://')),
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }
}
