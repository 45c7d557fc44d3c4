import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { newId, newToken, sha256 } from '../../server/base/ids.ts'
import { freePort } from '../dev/keep.ts'
import { waitUntil } from '../dev/processes.ts'
import { root } from '../dev/settings.ts'
import { webArguments, webEnvironment } from '../dev/web.ts'
import type { Servers } from './keeper.ts'

const readyMs = 60_000

export type House = {
  /** Its only process, or the first of several. */
  pid: number
  pids: number[]
  port: number
  url: string
  servers: Servers
}

type Asked = { media?: true; processes?: number; holdMs?: number }

/** The web as `npm start` runs it, on the bench's servers: without media, in one process, unless asked. */
export async function startHouse(
  servers: Servers,
  open: AsyncDisposableStack,
  { media, processes = 1, holdMs }: Asked = {},
): Promise<House> {
  const port = await freePort()
  const env = {
    ...webEnvironment,
    ...process.env,
    DATABASE_URL: servers.postgres.url,
    REDIS_URL: servers.redis.url,
    DATA_DIR: join(servers.folder, 'data'),
    PORT: String(port),
    WEB_PROCESSES: String(processes),
    SESSION_SECRET: newToken(),
    INTERNAL_SECRET: newToken(),
    RATE_LIMITS: 'off',
    ...(holdMs ? { HOLD_MS: String(holdMs) } : {}),
    ...(media ? { MEDIA_PORT: String(await freePort()) } : { MEDIA_WORKERS: '0' }),
    LOG_LEVEL: 'error',
  }
  const webs = Array.from({ length: processes }, (_, n) => startWeb(n, env, open))
  const url = `http://127.0.0.1:${port}`
  const hasEnded = () => webs.some((web) => web.exitCode !== null)
  const isReady = async () =>
    hasEnded() ||
    (listenersOn(port) === processes &&
      (await fetch(`${url}/readyz`).then(
        (a) => a.ok,
        () => false,
      )))
  if (!(await waitUntil(isReady, readyMs)) || hasEnded()) {
    throw new Error('the server did not become ready; its own words are above')
  }
  const pids = webs.map((web) => web.pid as number)
  return { pid: pids[0] as number, pids, port, url, servers }
}

function startWeb(index: number, env: NodeJS.ProcessEnv, open: AsyncDisposableStack) {
  const child = spawn(process.execPath, webArguments, {
    cwd: root,
    env: { ...env, PROCESS_INDEX: String(index) },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  open.defer(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return child
}

/** How many processes listen on a port of 127.0.0.1: proc(5), net/tcp, state 0A. */
function listenersOn(port: number): number {
  const wanted = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  return rows.filter((row) => row.includes(` ${wanted} `) && / 0A /.test(row)).length
}

export type Stage = {
  showId: string
  host: string
  people: string[]
  products: string[]
  variants: string[]
}

/** So many that a pin never meets itself: pinning what is pinned tells nothing. */
const productsMade = 20

/** A live show with some products and so many people with sessions. */
export async function setStage(house: House, crowd: number, { live = true } = {}): Promise<Stage> {
  const people = await makePeople(house.servers.postgres.url, crowd + 1)
  const [host = '', ...others] = people
  const products: string[] = []
  const variants: string[] = []
  for (let n = 0; n < productsMade; n += 1) {
    const price = { amount: 2_400, currency: 'EUR' }
    const made = await post<{ id: string; variants: { id: string }[] }>(house, host, '/products', {
      title: `Ridge mug ${n}`,
      description: '',
      variants: [{ sku: newId(), title: 'One', price, onHand: 100_000 }],
    })
    products.push(made.id)
    variants.push(...made.variants.map((v) => v.id))
  }
  const show = await post<{ id: string }>(house, host, '/shows', {
    title: 'Kiln',
    lineup: products,
  })
  if (live) await post(house, host, `/shows/${show.id}/start`, {})
  return { showId: show.id, host, people: others, products, variants }
}

async function post<T>(house: House, token: string, path: string, body: object): Promise<T> {
  const answer = await fetch(`${house.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': newId(),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Accounts with sessions, as rows: signing up hashes passwords, which is not measured here. */
async function makePeople(url: string, count: number): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const crowd = Array.from({ length: count }, () => ({ id: newId(), token: newToken() }))
    const ids = crowd.map((p) => p.id)
    const hashes = crowd.map((p) => sha256(p.token).toString('hex'))
    await sql`insert into accounts(id, kind, display_name, created_at)
      select id, 'account', 'Buyer ' || n, now() from unnest(${ids}::uuid[]) with ordinality u(id, n)`
    await sql`insert into sessions(token_hash, id, account_id, created_at, expires_at)
      select decode(hash, 'hex'), gen_random_uuid(), id, now(), now() + interval '1 day'
      from unnest(${hashes}::text[], ${ids}::uuid[]) u(hash, id)`
    return crowd.map((p) => p.token)
  } finally {
    await sql.end()
  }
}
