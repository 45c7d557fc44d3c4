// A private Redis (or Valkey) in a folder, on loopback, behind a password.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { keep, keptPort, keptSecret } from './keep.ts'
import { commandOf, endProcess, waitUntil } from './processes.ts'

const startLimitMs = 30_000
const stopLimitMs = 10_000

export interface Redis {
  url: string
  stop(): Promise<void>
}

/** Starts the Redis of a folder; one that a killed run left behind is ended first. */
export async function openRedis(
  folder: string,
  { program, durable }: { program: string; durable: boolean },
): Promise<Redis> {
  mkdirSync(folder, { recursive: true })
  await endLeftover(folder)

  const password = keptSecret(join(folder, 'password'))
  const port = await keptPort(join(folder, 'port'))
  const config = join(folder, 'redis.conf')
  keep(config, configuration({ folder, port, password, durable }))

  const output = openSync(join(folder, 'log'), 'w', 0o600)
  const child = spawn(program, [config], { detached: true, stdio: ['ignore', output, output] })
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  const isUp = async () =>
    failure !== undefined || child.exitCode !== null || (await answers(port, password))
  await waitUntil(isUp, startLimitMs)
  if (child.pid === undefined || !(await answers(port, password))) {
    child.kill('SIGKILL')
    const log = readFileSync(join(folder, 'log'), 'utf8')
    throw new Error(`${program} did not start:\n${log.slice(-1500)}`, { cause: failure })
  }
  const { pid } = child
  keep(join(folder, 'pid'), String(pid))
  return { url: `redis://:${password}@127.0.0.1:${port}`, stop: () => end(pid) }
}

/** BullMQ needs `noeviction`: a queue must not lose entries to make room. */
function configuration(to: {
  folder: string
  port: number
  password: string
  durable: boolean
}): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${to.port}`,
    `requirepass ${to.password}`,
    `dir "${to.folder}"`,
    'maxmemory-policy noeviction',
    `appendonly ${to.durable ? 'yes' : 'no'}`,
    'save ""',
    'daemonize no',
  ]
  return `${lines.join('\n')}\n`
}

/** Redis names itself by its port, so a pid that another Redis got since is not taken for ours. */
async function endLeftover(folder: string): Promise<void> {
  const [pidFile, portFile] = [join(folder, 'pid'), join(folder, 'port')]
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  const name = `-server 127.0.0.1:${readFileSync(portFile, 'utf8')}`
  if (commandOf(pid).includes(name)) await end(pid)
}

function end(pid: number): Promise<void> {
  return endProcess(pid, { ask: 'SIGTERM', force: 'SIGKILL', limitMs: stopLimitMs })
}

/** Asks for a PONG; while Redis still reads its file it answers LOADING. */
function answers(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    let reply = ''
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`))
    socket.on('data', (chunk) => {
      reply += chunk.toString()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(reply.includes('PONG')))
  })
}
