import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Side } from './side.ts'

const script = readFileSync(new URL('./hold.lua', import.meta.url), 'utf8')
const holdMs = 300_000
const perBuyer = 2
let runs = 0

type Calls = Redis & {
  holdOne(...args: (string | number)[]): Promise<[number, ...string[]]>
}

/** One Lua call a hold, as Redis shops do it; `fsync` is Redis' own: always or everysec. */
export async function openLua(url: string, fsync: 'always' | 'everysec'): Promise<Side> {
  const redis = new Redis(url, { enableAutoPipelining: false }) as Calls
  await redis.config('SET', 'appendfsync', fsync)
  redis.defineCommand('holdOne', { numberOfKeys: 7, lua: script })
  let run = ''
  let variants = 0

  return {
    async prepare(stock) {
      runs += 1
      run = `bench:${process.pid}:${runs}`
      variants = stock.variants
      await redis.flushall()
      await redis.set(`${run}:show`, 'live')
      for (let v = 0; v < variants; v += 1) {
        const offer = { starts: 0, ends: '', cap: stock.units, taken: 0, perBuyer }
        const counters = { onHand: stock.units, held: 0, sold: 0, price: 2000, n: 0, hash: '' }
        await redis.hset(`${run}:offer:${v}`, { ...offer, ...counters })
      }
    },
    async hold({ id, buyer, key, variant }) {
      const [code] = await redis.holdOne(
        `${run}:show`,
        `${run}:bans`,
        `${run}:firsts:${variant}`,
        `${run}:offer:${variant}`,
        `${run}:bought:${variant}`,
        `${run}:due:${variant}`,
        `${run}:ledger:${variant}`,
        id,
        buyer,
        key,
        1,
        holdMs,
        run,
      )
      if (code === 0) return 'granted'
      if (code === 1) return 'repeat'
      if (code === 2) return 'sold-out'
      throw new Error(`the script answered ${code}`)
    },
    async recount() {
      let held = 0
      const wrong: string[] = []
      for (let v = 0; v < variants; v += 1) {
        const counted = Number(await redis.hget(`${run}:offer:${v}`, 'held'))
        const due = await redis.zcard(`${run}:due:${v}`)
        const lines = await redis.xlen(`${run}:ledger:${v}`)
        if (due !== counted || lines !== counted)
          wrong.push(`variant ${v}: ${counted}, ${due}, ${lines}`)
        held += counted
      }
      return { held, wrong }
    },
    async close() {
      await redis.flushall()
      redis.disconnect()
    },
  }
}
