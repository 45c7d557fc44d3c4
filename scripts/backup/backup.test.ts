import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { auditLog } from '../../server/events/audit.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { migrateDatabase } from '../../server/store/migrate.ts'
import { openForAudit } from '../../server/store/postgres.ts'
import { openFront, type Placed, pay, until } from '../../test/support/front.ts'
import { home as at } from '../../test/support/home.ts'
import { type House, openHouse } from '../../test/support/house.ts'
import { openPostgres } from '../dev/postgres.ts'
import { commandOf, signal, waitUntil } from '../dev/processes.ts'
import { copyIn, copyOut } from './folder.ts'
import { backUp, putBack } from './house.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitrine-backup-'))
chmodSync(folder, 0o711)
const place = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const inHaste = { shared_buffers: '16MB' }

/** A house on the Postgres of a data folder, as a launcher runs it. */
async function open(dataDir: string) {
  const database = await openPostgres(join(dataDir, 'postgres'), inHaste)
  await migrateDatabase(database.url)
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, REDIS_URL: redis() }
  return { database, house: await openHouse({}, {}, { env }) }
}

const redis = () => process.env.TEST_REDIS_URL as string

async function sell(house: House) {
  const front = await openFront(house, 40)
  const buyer = await house.signUp('Aylin')
  const holdIds = [await front.hold(buyer, 2)]
  const { order, payment } = await house
    .as(buyer)
    .post<Placed>('/orders', { holdIds, shippingAddress: at })
  await pay(house, payment.payUrl, '4242424242424242')
  const read = () => house.as(buyer).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  return { front, buyer, orderId: order.id }
}

async function addPicture(house: House, token: string): Promise<string> {
  const create = { width: 40, height: 40, channels: 3, background: 'teal' } as const
  const form = new FormData()
  form.set(
    'file',
    new Blob([new Uint8Array(await sharp({ create }).png().toBuffer())], { type: 'image/png' }),
    'a.png',
  )
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${house.url}/api/v1/pictures`, {
    method: 'POST',
    headers,
    body: form,
  })
  return ((await answer.json()) as { url: string }).url
}

test('a house that died in the middle of a drop is copied, put back elsewhere, and goes on', async () => {
  const dataDir = place('data')
  mkdirSync(dataDir)
  const { database, house } = await open(dataDir)
  const { front, buyer, orderId } = await sell(house)
  const picture = await addPicture(house, front.host.token)

  // Postgres dies under a drop: what was granted before is promised, the rest was never said.
  const crowd = await house.crowd(60)
  const postmaster = Number(
    readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
  )
  const granted: string[] = []
  const rush = crowd.map(async (person, n) => {
    if (n === 20) signal(postmaster, 'SIGKILL')
    granted.push(await front.hold(person))
  })
  await Promise.allSettled(rush)
  await house.close()
  expect(await waitUntil(() => commandOf(postmaster) === '', 10_000)).toBe(true)
  await database.stop()

  await backUp(dataDir, place('copy'))
  await putBack(place('copy'), place('again'))
  const again = await open(place('again'))
  try {
    const sql = openForAudit(again.database.url)
    expect([await auditStock(sql), await auditMoney(sql), await auditLog(sql)].flat()).toEqual([])
    const held = await sql`select id from holds where id = any(${granted}::uuid[])`
    expect(held.length).toBe(granted.length)
    await sql.end()
    const { house: next } = again
    expect(await next.as(buyer).get(`/orders/${orderId}`)).toMatchObject({ status: 'paid' })
    const body = { email: buyer.email, password: 'correct horse' }
    expect(await next.call('POST', '/sessions', { body })).toMatchObject({
      account: { id: buyer.id },
    })
    expect((await fetch(`${next.url}${picture}`)).status).toBe(200)
    await sell(next)
  } finally {
    await again.house.close()
    await again.database.stop()
  }
}, 120_000)

test('a damaged copy, a cut-off one and a folder in use change nothing', async () => {
  mkdirSync(place('small/empty'), { recursive: true })
  for (const name of ['a', 'b']) writeFileSync(place(`small/${name}`), name.repeat(3_000_000))
  const copy = place('small copy')
  await copyOut(place('small'), copy, () => false)
  await copyIn(copy, place('new'))
  expect(readdirSync(place('new'))).toEqual(['a', 'b', 'empty'])
  await expect(copyIn(copy, place('new'))).rejects.toThrow('is not empty')

  const other = () => copyIn(copy, place('newer'))
  appendFileSync(join(copy, 'data', 'b'), '!')
  await expect(other()).rejects.toThrow('b is not what was copied')
  rmSync(join(copy, 'data', 'b'))
  await expect(other()).rejects.toThrow('b is not in the copy any more')
  rmSync(join(copy, 'manifest.json'))
  await expect(other()).rejects.toThrow('no whole copy')
  expect([existsSync(place('newer')), existsSync(`${place('newer')}.unfinished`)]).toEqual([
    false,
    false,
  ])
})

test('a running house is not copied, and a copy goes into no folder that is there', async () => {
  const launcher = spawn(process.execPath, [
    '-e',
    'setInterval(() => {}, 1e6)',
    'scripts/dev/run.ts',
  ])
  await once(launcher, 'spawn')
  writeFileSync(join(place('data'), 'launcher.pid'), String(launcher.pid))
  await expect(backUp(place('data'), place('other'))).rejects.toThrow('already runs')
  launcher.kill()
  await once(launcher, 'exit')
  await expect(backUp(place('data'), place('again'))).rejects.toThrow('is there already')
  await expect(backUp(place('data'), join(place('data'), 'copy'))).rejects.toThrow('inside')
  await expect(backUp(place('nothing'), place('other'))).rejects.toThrow('no house')
})
