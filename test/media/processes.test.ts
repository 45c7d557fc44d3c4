import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../scripts/dev/keep.ts'
import { type House, openHouse } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'
import { type Encoder, encode, type Player, play } from '../support/rtc.ts'

/** Two processes of one machine that share a port, as WEB_PROCESSES=2 starts them. */
let house: House
let url: string
const processes: ChildProcess[] = []
const open: (Encoder | Player)[] = []

beforeAll(async () => {
  house = await openHouse()
  const port = String(await freePort())
  url = `http://127.0.0.1:${port}`
  for (const index of ['0', '1']) processes.push(await start(port, index))
}, 180_000)
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()))
  await Promise.all(processes.map((one) => stop(one)))
  await house.close()
})

/** Resolves when it is open: it says so in its log. */
async function start(port: string, index: string): Promise<ChildProcess> {
  const shared = { PORT: port, WEB_PROCESSES: '2', MEDIA_WORKERS: '1', LOG_LEVEL: 'info' }
  const env = { ...process.env, ...house.env, ...shared, PROCESS_INDEX: index }
  const child = spawn(process.execPath, ['server/main.ts'], {
    env: { ...env, MEDIA_PORT: String(mediaPort) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { promise: isOpen, resolve, reject } = Promise.withResolvers<void>()
  createInterface(child.stdout).on('line', (line) => line.includes('"msg":"open"') && resolve())
  child.once('exit', (code) => reject(new Error(`a process ended with ${code} at its start`)))
  await isOpen
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

const nodeOf = ({ path }: Player) => path.split('/').at(-2) ?? ''

async function plays({ packets }: Player): Promise<void> {
  const before = packets.video
  await expect.poll(() => packets.video - before, { timeout: 15_000 }).toBeGreaterThan(10)
}

/** Every process's, as they answer in turns. */
async function pipes(): Promise<string> {
  const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text()
  const number = (name: string) =>
    Number(new RegExp(`^vitrine_media_${name} (\\S+)$`, 'm').exec(text)?.[1])
  return `${number('producers')} producers, ${number('pipes_in')} in, ${number('pipes_out')} out`
}

test('viewers come to either process, and the second gets the picture through one pipe', async () => {
  const host = await house.signUp('Marta')
  const { post } = house.as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
  await post(`/shows/${id}/start`)
  const { key } = await post<{ key: string }>(`/shows/${id}/stream-key`)
  open.push(await encode(`${url}/api/v1/whip/${id}`, { token: key }))
  const players: Player[] = []
  // The kernel deals connections out to the processes: twenty of them do not all come to one.
  while (players.length < 20 && new Set(players.map(nodeOf)).size < 2) {
    const player = await play(`${url}/api/v1/whep/${id}`)
    players.push(player)
    open.push(player)
  }
  await Promise.all(players.map((player) => plays(player)))
  const seen = new Set<string>()
  const all = async () => [...seen.add(await pipes())].toSorted()
  await expect
    .poll(all, { timeout: 15_000 })
    .toEqual(['0 producers, 1 in, 0 out', '2 producers, 0 in, 1 out'])
}, 120_000)
