import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { hasCoturn, openCoturn, turnSecret } from '../../test/support/coturn.ts'
import { openDatabase } from '../../test/support/database.ts'
import { openHouse } from '../../test/support/house.ts'
import { openRedisCluster, openRedisSentinel } from '../../test/support/redis-servers.ts'
import { freePort } from '../dev/keep.ts'
import { openRedis } from '../dev/redis.ts'
import type { Finding } from './finding.ts'
import { checkHttp, judgeCertificate } from './http.ts'
import { checkDisk, checkFfmpeg, checkFiles, checkNode, checkPictures } from './machine.ts'
import { checkMail } from './mail.ts'
import { checkMedia } from './media.ts'
import { judgeNearness } from './near.ts'
import { checkPostgres } from './postgres.ts'
import { checkRedis } from './redis.ts'
import { checkSettings } from './settings.ts'
import { askUdp } from './stun.ts'
import { checkIceServers } from './turn.ts'

/** Every check is made to fail by what it looks for, and then says what to do. */

const folder = mkdtempSync(join(tmpdir(), 'vitrine-doctor-'))
const kept = new AsyncDisposableStack()
afterAll(async () => {
  await kept.disposeAsync()
  rmSync(folder, { recursive: true, force: true })
})

const of = (findings: Finding[], check: string) => findings.filter((f) => f.check === check)
const bad = (findings: Finding[]) =>
  findings.filter(({ status }) => status !== 'ok').map(({ check }) => check)
/** The one finding of a check, not well, and its advice. */
function advised(findings: Finding[], check: string, status: Finding['status'], advice: RegExp) {
  expect(of(findings, check)).toEqual([
    expect.objectContaining({ status, advice: expect.stringMatching(advice) }),
  ])
}

async function listen(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  kept.defer(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

describe('settings', () => {
  const good = {
    DATABASE_URL: 'postgres://a:b@db/vitrine',
    REDIS_URL: 'redis://:b@cache',
    SESSION_SECRET: 'thirty-two characters that nobody knows',
  }
  const inProduction = { ...good, NODE_ENV: 'production', PUBLIC_URL: 'https://shop.example' }
  const check = (env: Record<string, string>) => checkSettings(env).findings

  test('what would not start is told in one line', () => {
    advised(check({ ...good, PORT: 'many' }), 'settings', 'fail', /table of all settings/)
    const unsafe = check({ ...inProduction, RATE_LIMITS: 'off', SESSION_SECRET: 'short' })
    expect(unsafe[0]?.says).toMatch(/SESSION_SECRET.*RATE_LIMITS/)
  })

  test('what is allowed and seldom meant is told too', () => {
    expect(bad(check(good))).toEqual([])
    advised(check({ ...good, HOST: '0.0.0.0' }), 'production', 'fail', /NODE_ENV=production/)
    const findings = check(inProduction)
    advised(findings, 'payments', 'warn', /PAYMENTS/)
    advised(findings, 'proxy', 'warn', /TRUST_PROXY/)
    advised(findings, 'metrics', 'warn', /METRICS_TOKEN/)
  })
})

describe('the machine', () => {
  test('node, files, pictures', async () => {
    expect(bad(checkNode())).toEqual([])
    advised(checkNode('20.1.0'), 'node', 'fail', /npm start/)
    const limit = (most: string) =>
      checkFiles(
        Promise.resolve(`Max open files            1024                 ${most}     files`),
      )
    advised(await limit('1024'), 'open files', 'fail', /LimitNOFILE/)
    advised(await limit('20000'), 'open files', 'warn', /LimitNOFILE/)
    expect(bad(await limit('1048576'))).toEqual([])
    expect(bad(await checkPictures())).toEqual([])
  })

  test('a folder that is none, and a disk that is full', async () => {
    const file = join(folder, 'a file')
    writeFileSync(file, '')
    advised(await checkDisk(file), 'disk', 'fail', /DATA_DIR/)
    const room = (bytes: number) =>
      checkDisk(join(folder, 'data'), () => Promise.resolve({ bavail: bytes, bsize: 1 }))
    expect(bad(await room(1e12))).toEqual([])
    advised(await room(1e9), 'room', 'warn', /DATA_DIR/)
    advised(await room(1e6), 'room', 'fail', /DATA_DIR/)
  })

  test('a program that is not there', async () => {
    advised(await checkFfmpeg(join(folder, 'no-ffmpeg')), 'ffmpeg', 'warn', /FFMPEG_PATH/)
  })
})

describe('postgres', () => {
  test('settings that lose sales, too few connections, clocks that differ', async () => {
    // The tests' own Postgres is in haste: it may forget.
    const { url, drop } = await openDatabase()
    kept.defer(drop)
    const hour = 3_600_000
    const findings = await checkPostgres(url, { processes: 40, now: () => Date.now() - hour })
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'])
      advised(findings, name, 'fail', new RegExp(`ALTER SYSTEM SET ${name} = on`))
    advised(findings, 'connections', 'fail', /max_connections = \d+/)
    advised(findings, 'clock', 'fail', /NTP/)
    expect(bad(of(findings, 'timeouts'))).toEqual([])
    expect(bad(of(await checkPostgres(url, { processes: 1 }), 'clock'))).toEqual([])
  })

  test('a database that takes no writes, and reads another way', async () => {
    const { url, drop } = await openDatabase()
    kept.defer(drop)
    const name = new URL(url).pathname.slice(1)
    const sql = postgres(url, { max: 1 })
    await sql.unsafe(`alter database ${name} set default_transaction_isolation = 'serializable'`)
    await sql.unsafe(`alter database ${name} set default_transaction_read_only = on`)
    await sql.end()
    const findings = await checkPostgres(url, { processes: 1 })
    advised(findings, 'isolation', 'fail', /read committed/)
    advised(findings, 'writable', 'fail', /primary/)
  })

  test('nobody there', async () => {
    const url = `postgres://a:b@127.0.0.1:${await freePort()}/none`
    advised(await checkPostgres(url, { processes: 1 }), 'postgres', 'fail', /DATABASE_URL/)
  })
})

test('who answers late from afar is told to come nearer; who is here already, to look who is busy', () => {
  const judged = (host: string, ms = 12) =>
    judgeNearness('redis', 'It answers', { host, ms, waits: 'events pass through it' })
  for (const host of ['127.0.0.1', 'localhost', '::1', '/run/postgresql'])
    advised([judged(host)], 'redis', 'warn', /`top`/)
  for (const host of ['10.0.0.7', 'cache.shop.example'])
    advised([judged(host)], 'redis', 'warn', /same machine or network/)
  expect(judged('10.0.0.7', 2).status).toBe('ok')
})

test('a redis that throws work away, and one that is not there', async () => {
  const program = process.env.REDIS_SERVER_BIN || 'redis-server'
  const redis = await openRedis(join(folder, 'redis'), { program, durable: false })
  kept.defer(() => redis.stop())
  const isSlow = (check: string) => check === 'redis'
  expect(bad(await checkRedis(redis.url)).filter((check) => !isSlow(check))).toEqual([])
  const admin = new Redis(redis.url)
  kept.defer(() => admin.disconnect())
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
  advised(await checkRedis(redis.url), 'redis policy', 'fail', /noeviction/)
  await admin.config('SET', 'maxmemory', '900kb')
  advised(await checkRedis(redis.url), 'redis memory', 'warn', /maxmemory/)
  advised(await checkRedis(`redis://127.0.0.1:${await freePort()}`), 'redis', 'fail', /REDIS_URL/)
})

test('a cluster, of which one master evicts; the master that a sentinel names', async () => {
  const cluster = await openRedisCluster()
  kept.defer(() => cluster.close())
  const well = await checkRedis(cluster.url)
  expect(bad(well).filter((check) => check !== 'redis')).toEqual([])
  expect(of(well, 'redis policy')).toHaveLength(3)
  expect(of(well, 'redis cluster').map(({ status }) => status)).toEqual(['ok'])
  const [first] = cluster.servers
  if (!first) throw new Error('a cluster of none')
  await first.client.config('SET', 'maxmemory-policy', 'allkeys-lru')
  const evicting = of(await checkRedis(cluster.url), 'redis policy')
  const blamed = evicting.filter(({ status }) => status === 'fail').map(({ says }) => says)
  expect(blamed).toEqual([expect.stringContaining(`:${first.port} `)])
  const sentinel = await openRedisSentinel()
  kept.defer(() => sentinel.close())
  expect(bad(await checkRedis(sentinel.url)).filter((check) => check !== 'redis')).toEqual([])
}, 90_000)

describe('the servers that viewers are told to ask', () => {
  test('an address that is none, and one where nobody answers', async () => {
    expect(await checkIceServers([], undefined)).toEqual([])
    const port = await freePort()
    const urls = ['turn', `turn:127.0.0.1:${port}?transport=tcp`]
    const findings = await checkIceServers([{ urls }], 'secret')
    advised(findings, 'ice servers', 'fail', /turn:host/)
    advised(findings, 'turn', 'fail', /TCP/)
  })

  test.skipIf(!hasCoturn)('coturn, with its secret and with another', async () => {
    const turn = await openCoturn()
    kept.defer(() => turn.close())
    const at = `127.0.0.1:${turn.port}`
    const servers = [
      { urls: [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`, `stun:${at}`] },
    ]
    const well = await checkIceServers(servers, turnSecret)
    expect(bad(well)).toEqual([])
    expect(well).toHaveLength(3)
    const refused = await checkIceServers(servers, 'another')
    expect(bad(refused)).toEqual(['turn', 'turn'])
    const advice = [...refused, ...(await checkIceServers(servers, undefined))]
    for (const finding of of(advice, 'turn')) expect(finding.advice).toMatch(/TURN_SECRET/)
    expect(of(advice, 'turn')).toHaveLength(4)
  })
})

describe('the way to the house', () => {
  const away = { host: '127.0.0.1', running: false, localUrl: '', publicUrl: '' }

  test('a port of somebody else', async () => {
    const port = await freePort()
    expect(bad(await checkHttp({ ...away, port }))).toEqual([])
    const taken = createTcp().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    advised(await checkHttp({ ...away, port }), 'port', 'fail', /PORT/)
    taken.close()
  })

  test('a running house is well; an address that leads elsewhere is not', async () => {
    const port = await freePort()
    const publicUrl = `http://127.0.0.1:${port}`
    const house = await openHouse({ PORT: String(port), PUBLIC_URL: publicUrl })
    kept.defer(() => house.close())
    const running = { host: '127.0.0.1', port, localUrl: publicUrl, publicUrl, running: true }
    expect(bad(await checkHttp(running)).filter((check) => check !== 'server')).toEqual([])
    const { url } = await listen((_request, reply) => void reply.end('It works!'))
    advised(await checkHttp({ ...running, publicUrl: url }), 'public url', 'fail', /DNS/)
    const nobody = `http://127.0.0.1:${await freePort()}`
    advised(await checkHttp({ ...running, publicUrl: nobody }), 'public url', 'fail', /DNS/)
  })

  test('a proxy that passes no upgrade and bends cookies', async () => {
    const { url, server } = await listen((request, reply) => {
      if (request.url === '/readyz')
        return void reply
          .writeHead(503)
          .end('{"status":"not-ready","postgres":"away","redis":"ok"}')
      if (request.url === '/healthz') return void reply.end('{"status":"ok"}')
      reply.writeHead(201, { 'set-cookie': 'vitrine_session=x; Path=/' }).end('{}')
    })
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const proxied = { host: '127.0.0.1', port: 1, localUrl: url, publicUrl: url, running: true }
    const findings = await checkHttp(proxied)
    advised(findings, 'server', 'fail', /log/)
    advised(findings, 'websocket', 'fail', /upgrade/i)
    advised(findings, 'cookies', 'fail', /PUBLIC_URL/)
  })

  test('a certificate near its end', () => {
    const now = Date.parse('2026-11-22T00:00:00Z')
    advised(judgeCertificate('2026-11-25T00:00:00Z', now), 'certificate', 'warn', /Renew/)
    expect(bad(judgeCertificate('2027-11-25T00:00:00Z', now))).toEqual([])
  })
})

describe('media', () => {
  test('an address that no packet leaves for is told, and ends nothing', async () => {
    const nowhere = { address: '255.255.255.255', port: 9, usernameFragment: 'a', password: 'b' }
    await expect(askUdp(nowhere)).rejects.toThrow('EACCES')
  })

  // Below those that the system gives to outgoing connections, which would take one in between.
  let unused = 9_000 + (process.pid % 300) * 3
  const nextPort = () => unused++
  const settings = {
    listenIp: '127.0.0.1',
    announcedAddress: undefined,
    processes: 1,
    workers: 1,
    workerBin: process.env.MEDIASOUP_WORKER_BIN || undefined,
  }

  test('packets go to every port and come back; a taken port and a missing worker are told', async () => {
    const port = nextPort()
    const well = await checkMedia({ ...settings, port }, undefined)
    expect(bad(well)).toEqual(['media address'])
    expect(of(well, 'media path')).toHaveLength(2)
    const taken = createTcp().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    const findings = await checkMedia({ ...settings, port }, undefined)
    expect(bad(of(findings, 'media path'))).toEqual(['media path'])
    taken.close()
    const lost = await checkMedia({ ...settings, port, workerBin: join(folder, 'none') }, undefined)
    advised(lost, 'media worker', 'fail', /npm start/)
  })

  test('addresses that no viewer can send to', async () => {
    const port = nextPort()
    const anywhere = await checkMedia({ ...settings, port, listenIp: '0.0.0.0' }, undefined)
    advised(anywhere, 'media address', 'fail', /MEDIA_ANNOUNCED_ADDRESS/)
    // An address for documentation: packets to it are lost, as before a closed firewall.
    const announced = { ...settings, port, announcedAddress: '192.0.2.1' }
    const silent = of(await checkMedia(announced, undefined), 'media path')
    expect(silent.map(({ status }) => status)).toEqual(['warn', 'warn'])
    expect(silent[0]?.advice).toMatch(/forward/)
  })

  test('a running house is asked for a transport like a viewer asks', async () => {
    const port = nextPort()
    const workers = { MEDIA_WORKERS: '1', MEDIA_PORT: String(port) }
    const { workerBin } = settings
    const house = await openHouse({
      ...workers,
      ...(workerBin && { MEDIASOUP_WORKER_BIN: workerBin }),
    })
    kept.defer(() => house.close())
    const check = () => checkMedia({ ...settings, port }, house.url)
    advised(of(await check(), 'media path'), 'media path', 'warn', /Plan a show/)
    const host = await house.signUp('Marta')
    await house.as(host).post('/shows', { title: 'Kiln', lineup: [] })
    const well = await check()
    expect(bad(well)).toEqual(['media address'])
    expect(of(well, 'media path')).toHaveLength(2)
    expect(of(well, 'media workers')).toHaveLength(1)
  })

  test('a house whose other workers do not run', async () => {
    const media = { state: 'degraded', reason: 'port 40001 cannot be opened' }
    const { url } = await listen((_request, reply) => void reply.end(JSON.stringify({ media })))
    const findings = await checkMedia({ ...settings, port: nextPort() }, url)
    advised(findings, 'media workers', 'fail', /ss -lntup/)
  })
})

test('the command looks at a house that was never opened, and prints what a program can read', async () => {
  const env = {
    ...process.env,
    DATA_DIR: join(folder, 'new'),
    PORT: String(await freePort()),
    MEDIA_WORKERS: '0',
  }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['scripts/doctor/main.ts', '--json'], { env })
  const { running, findings } = JSON.parse(stdout) as { running: boolean; findings: Finding[] }
  expect(running).toBe(false)
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([])
  for (const check of ['postgres', 'redis', 'port']) expect(of(findings, check)).toHaveLength(1)
})

test('a command that is asked wrongly says how it is asked, and is not taken for a finding', async () => {
  for (const command of ['doctor', 'backup']) {
    const asked = promisify(execFile)(process.execPath, [`scripts/${command}/main.ts`, '--what'])
    const { code, stderr } = await asked.then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    )
    expect([command, code]).toEqual([command, 2])
    expect(stderr).toContain(`npm run ${command} -- `)
    expect(stderr).not.toContain('    at ')
  }
})

test('a mail server that is not there', async () => {
  const url = `smtp://127.0.0.1:${await freePort()}`
  advised(await checkMail(url, true), 'mail', 'fail', /SMTP_URL/)
  advised(await checkMail(undefined, true), 'mail', 'warn', /SMTP_URL/)
  expect(bad(await checkMail(undefined, false))).toEqual([])
})
