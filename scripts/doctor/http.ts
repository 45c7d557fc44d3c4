import { randomBytes } from 'node:crypto'
import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { isFree } from '../dev/keep.ts'
import { type Finding, fail, looked, ok, reasonOf, warn } from './finding.ts'

const answerMs = 5_000
const certificateDays = 14

type House = { host: string; port: number; localUrl: string; publicUrl: string; running: boolean }
type Ready = { status: string; postgres: string; redis: string; media: unknown }

/** The port, what is behind it, and the way that people take to it. */
export async function checkHttp(house: House): Promise<Finding[]> {
  if (!house.running) return checkPort(house)
  return [...(await checkSelf(house)), ...(await checkWay(house))]
}

async function checkPort({ host, port }: House): Promise<Finding[]> {
  const advice = 'Stop what listens there (`ss -ltnp`), or choose another PORT.'
  return looked('port', advice, async () => {
    if (await isFree(host, port)) return [ok('port', `${host}:${port} is free for the next start`)]
    return [fail('port', `${host}:${port} is taken by another program`, advice)]
  })
}

/** Readiness, told by the server itself. */
function checkSelf({ localUrl }: House): Promise<Finding[]> {
  const advice = "Read the server's log; `npm start` prints it."
  return looked('server', advice, async () => {
    const answer = await fetch(`${localUrl}/readyz`, { signal: AbortSignal.timeout(answerMs) })
    const ready = (await answer.json()) as Ready
    const says = `the server says: ${ready.status}, postgres ${ready.postgres}, redis ${ready.redis}`
    if (!answer.ok) return [fail('server', says, advice)]
    const isWell = ready.redis === 'ok'
    return [isWell ? ok('server', says) : warn('server', says, 'See what is said of Redis here.')]
  })
}

/** PUBLIC_URL as a browser meets it: TLS, the house behind it, the upgrade to WebSocket, the cookie. */
async function checkWay({ publicUrl }: House): Promise<Finding[]> {
  const advice = 'PUBLIC_URL must lead here: look at DNS, the proxy and its certificate.'
  const reached = await looked('public url', advice, async () => {
    const { status, body, certificate } = await ask(`${publicUrl}/healthz`)
    if (status !== 200 || !body.includes('"ok"'))
      return [fail('public url', `${publicUrl} answers ${status}, but not as this house`, advice)]
    return [ok('public url', `${publicUrl} leads here`), ...judgeCertificate(certificate)]
  })
  if (reached.some(({ status }) => status === 'fail')) return reached
  return [...reached, ...(await checkUpgrade(publicUrl)), ...(await checkCookie(publicUrl))]
}

export function judgeCertificate(validTo: string | undefined, now = Date.now()): Finding[] {
  if (validTo === undefined) return []
  const days = Math.floor((Date.parse(validTo) - now) / 86_400_000)
  const says = `the certificate is good for ${days} days`
  if (days >= certificateDays) return [ok('certificate', says)]
  return [warn('certificate', says, 'Renew it; let the proxy do so by itself.')]
}

/** A socket is opened for real, up to the first packet of ours. */
function checkUpgrade(publicUrl: string): Promise<Finding[]> {
  const advice =
    'Let the proxy pass upgrades: `Connection: upgrade` and `Upgrade: websocket` on /socket.io/.'
  return looked('websocket', advice, async () => {
    const first = await upgrade(`${publicUrl}/socket.io/?EIO=4&transport=websocket`)
    if (!first.includes('"sid"'))
      return [fail('websocket', 'it opens, but not to this house', advice)]
    return [ok('websocket', 'a socket opens through PUBLIC_URL')]
  })
}

/** A guest's cookie, asked for as our own page does. */
function checkCookie(publicUrl: string): Promise<Finding[]> {
  const advice =
    'PUBLIC_URL must be exactly what people type, and the proxy must leave Set-Cookie alone.'
  return looked('cookies', advice, async () => {
    const { status, cookie } = await ask(`${publicUrl}/api/v1/sessions/guest`, 'POST', {
      origin: publicUrl,
    })
    if (status === 429)
      return [
        warn('cookies', 'not tried: too many guests came from here', 'Try again in a minute.'),
      ]
    const wanted = [
      'HttpOnly',
      'SameSite=Lax',
      ...(publicUrl.startsWith('https:') ? ['Secure'] : []),
    ]
    const lacking = wanted.filter((flag) => !cookie.includes(flag))
    if (status !== 201 || lacking.length > 0)
      return [
        fail(
          'cookies',
          `signing in answers ${status}, its cookie lacks ${lacking.join(', ') || 'nothing'}`,
          advice,
        ),
      ]
    return [ok('cookies', `a session's cookie is ${wanted.join(', ')}`)]
  })
}

type Answer = { status: number; body: string; cookie: string; certificate: string | undefined }

function ask(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = requestTo(url, { method, headers, timeout: answerMs })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
    request.on('response', (answer) => {
      const { valid_to } = (answer.socket as TLSSocket).getPeerCertificate?.() ?? {}
      let body = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        body = (body + chunk).slice(0, 10_000)
      })
      answer.on('end', () => {
        const cookie = (answer.headers['set-cookie'] ?? []).join('\n')
        resolve({ status: answer.statusCode ?? 0, body, cookie, certificate: valid_to })
      })
    })
    request.end()
  })
}

/** The first bytes after the upgrade. */
function upgrade(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    }
    const request = requestTo(url, { headers, timeout: answerMs })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
    request.on('response', ({ statusCode }) => {
      request.destroy()
      reject(new Error(`answers ${statusCode} instead of an upgrade`))
    })
    request.on('upgrade', (_answer, socket, head) => {
      const end = (first: Buffer) => {
        socket.destroy()
        resolve(first.toString('latin1'))
      }
      if (head.length > 0) return end(head)
      socket.once('data', end)
      socket.once('error', (error: unknown) => reject(new Error(reasonOf(error))))
    })
    request.end()
  })
}

function requestTo(url: string, options: object) {
  return url.startsWith('https:') ? encrypted(url, options) : plain(url, options)
}
