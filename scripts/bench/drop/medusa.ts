import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newId } from '../../../server/base/ids.ts'
import type { Side } from './side.ts'

const version = '2.21.2'
const folder = join(homedir(), '.cache', 'vitrine', 'bench', `medusa-${version}`)
const [inventoryModule, framework] = ['@medusajs/inventory', '@medusajs/framework']
const packages = [inventoryModule, framework]
const installMs = 600_000

/** Whether Medusa's inventory module is at hand; installed outside this project, when that is allowed. */
export async function hasMedusa(mayInstall: boolean, open: AsyncDisposableStack): Promise<boolean> {
  if (existsSync(join(folder, 'complete'))) return true
  if (!mayInstall) return false
  mkdirSync(folder, { recursive: true })
  const dependencies = Object.fromEntries(packages.map((name) => [name, version]))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'commonjs', dependencies }),
  )
  const tired = new AbortController()
  open.defer(() => tired.abort())
  try {
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    await promisify(execFile)('npm', args, {
      cwd: folder,
      timeout: installMs,
      signal: tired.signal,
    })
    writeFileSync(join(folder, 'complete'), version)
    return true
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n')
    console.error(`Medusa could not be installed: ${reason}`)
    return false
  }
}

type Inventory = {
  createInventoryItems(items: object[]): Promise<{ id: string }[]>
  createInventoryLevels(levels: object[]): Promise<unknown>
  createReservationItems(items: object[]): Promise<unknown>
  listReservationItems(filter: object, config: object): Promise<unknown[]>
}
type Framework = {
  MedusaApp(options: object): Promise<{
    runMigrations(): Promise<void>
    modules: { inventory: Inventory }
    onApplicationShutdown(): Promise<void>
  }>
}

const place = 'bench'

/**
 * Medusa's own inventory module, at service level and with the lock that its workflow takes: of one item
 * one reservation at a time. It knows no keys: repeats are answered from memory, which is no cost to it.
 */
export async function openMedusa(url: string): Promise<Side> {
  const load = createRequire(join(folder, 'package.json'))
  const { MedusaApp } = load(`${framework}/modules-sdk`) as Framework
  const app = await quietly(async () => {
    const made = await MedusaApp({
      modulesConfig: {
        inventory: { resolve: load.resolve(inventoryModule), options: {} },
      },
      sharedResourcesConfig: {
        database: { clientUrl: url, driverOptions: { ssl: false }, pool: { min: 2, max: 8 } },
      },
    })
    await made.runMigrations()
    return made
  })
  const { inventory } = app.modules
  let items: string[] = []
  const locks = new Map<string, Promise<unknown>>()
  const known = new Set<string>()

  return {
    async prepare({ variants, units }) {
      const skus = Array.from({ length: variants }, () => ({ sku: newId() }))
      items = (await inventory.createInventoryItems(skus)).map((item) => item.id)
      const level = { location_id: place, stocked_quantity: units }
      await inventory.createInventoryLevels(
        items.map((id) => ({ inventory_item_id: id, ...level })),
      )
      known.clear()
    },
    hold({ buyer, key, variant }) {
      const item = items[variant] as string
      const name = `${buyer} ${key}`
      const decided = (locks.get(item) ?? Promise.resolve()).then(async () => {
        if (known.has(name)) return 'repeat'
        const line = { inventory_item_id: item, location_id: place, quantity: 1, line_item_id: key }
        try {
          await inventory.createReservationItems([line])
        } catch (error) {
          if (/not enough|insufficient/i.test(String(error))) return 'sold-out'
          throw error
        }
        known.add(name)
        return 'granted'
      })
      locks.set(
        item,
        decided.catch(() => {}),
      )
      return decided
    },
    async recount() {
      const found = await inventory.listReservationItems(
        { inventory_item_id: items },
        { select: ['id'], take: 1_000_000 },
      )
      return { held: found.length, wrong: [] }
    },
    close: () => app.onApplicationShutdown(),
  }
}

/** It talks a lot while it starts: of its migrations, of other modules that are not there. It throws what matters. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log } = console
  const { write } = process.stderr
  console.log = () => {}
  process.stderr.write = () => true
  try {
    return await work()
  } finally {
    console.log = log
    process.stderr.write = write
  }
}
