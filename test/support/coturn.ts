import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../scripts/dev/keep.ts'
import { waitUntil } from '../../scripts/dev/processes.ts'

const program = '/usr/bin/turnserver'
export const hasCoturn = existsSync(program)
export const turnSecret = 'what-coturn-and-vitrine-share'

/** A coturn of one test; answers its port when it can be asked. */
export async function openCoturn(): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-turn-'))
  const turn = openTurn(port, folder)
  const close = async () => {
    const gone = once(turn, 'exit')
    turn.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  if (await waitUntil(() => answers(port), 20_000)) return { port, close }
  await close()
  throw new Error('coturn does not answer')
}

/** As in compose.yaml, but on loopback, where the tests' media is. */
function openTurn(port: number, folder: string): ChildProcess {
  const settings = {
    'listening-port': String(port),
    'listening-ip': '127.0.0.1',
    'relay-ip': '127.0.0.1',
    'min-port': '49160',
    'max-port': '49200',
    realm: 'vitrine',
    'static-auth-secret': turnSecret,
    'log-file': 'stdout',
    pidfile: join(folder, 'pid'),
    userdb: join(folder, 'db'),
  }
  const flags = [
    'use-auth-secret',
    'fingerprint',
    'no-cli',
    'no-tls',
    'no-dtls',
    'allow-loopback-peers',
  ]
  const args = [
    ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ...flags.map((name) => `--${name}`),
  ]
  return spawn(program, ['-n', ...args], { stdio: 'ignore' })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
