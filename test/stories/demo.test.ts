import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureDemo } from '../../scripts/dev/demo/demo.ts'
import { password, people } from '../../scripts/dev/demo/shop.ts'
import type { SignedIn } from '../../shared/wire/accounts.ts'
import type { DiscountCode } from '../../shared/wire/promotions.ts'
import { type House, openHouse } from '../support/house.ts'

let house: House
const folder = mkdtempSync(join(tmpdir(), 'vitrine-demo-'))

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true })
})

test('the demo shop has a code to put before the room, also when making it was cut off', async () => {
  const at = (name: string) => join(folder, name)
  const demo = await ensureDemo({ localUrl: house.url, at })
  rmSync(at('demo.json'))
  expect(await ensureDemo({ localUrl: house.url, at })).toEqual(demo)
  const marta = { email: people.host.email, password }
  const { token } = await house.call<SignedIn>('POST', '/sessions', { body: marta })
  const { items } = await house.as({ token }).get<{ items: DiscountCode[] }>('/merchant/codes')
  expect(items).toMatchObject([{ code: 'LIVE10', state: 'running', off: { percent: 10 } }])
}, 60_000)
