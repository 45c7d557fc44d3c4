import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Command } from '../../shared/wire/contract.ts'
import { allCommands } from '../../shared/wire/wire.ts'
import { type House, openHouse } from '../support/house.ts'
import { setStage } from '../support/stage.ts'
import { commandPayloads, type Scene } from '../support/verbs.ts'

/**
 * Who may not do a thing is told so without a wait for anybody's lock: a stranger's tries, however many,
 * queue before no show's chat and no variant's stock. Every command of staff, from the contract.
 */

let house: House
let scene: Scene

beforeAll(async () => {
  house = await openHouse()
  const stage = await setStage(house)
  const [victim, stranger] = [await house.signUp('Aylin'), await house.signUp('Mallory')]
  scene = { ...stage, messageId: newId(), saleId: newId(), victim, stranger }
})
afterAll(() => house.close())

const ofStaff = (Object.entries(allCommands) as [keyof typeof allCommands, Command][]).filter(
  ([name, { may }]) => (may === 'moderator' || may === 'host') && !name.startsWith('media:'),
)

test('no command of staff makes a stranger wait for a lock', async () => {
  expect(ofStaff.length).toBeGreaterThan(12)
  const line = await house.socket(scene.stranger)
  const holder = postgres(house.env['DATABASE_URL'] as string, { max: 1 })
  await holder.begin(async (tx) => {
    const { showId, variantId } = scene
    await tx`select 1 from stock where variant_id = ${variantId} for update`
    await tx`select 1 from shows where id = ${showId} for update`
    await tx`select 1 from show_heads where show_id = ${showId} for update`
    const answers = await Promise.all(
      ofStaff.map(async ([name]) => {
        const answer = await line.ack(name, commandPayloads[name](scene))
        return `${name} ${answer.ok ? 'done' : answer.code}`
      }),
    )
    // Whoever waited would have been told UNAVAILABLE after two seconds.
    expect(answers).toEqual(ofStaff.map(([name]) => `${name} FORBIDDEN`))
  })
  await holder.end()
})
