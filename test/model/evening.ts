import { expect } from 'vitest'
import { unavailable } from '../../server/base/refusal.ts'
import { auditLog } from '../../server/events/audit.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import type { Lane } from './lane.ts'
import { type Asked, Model, pick } from './model.ts'
import type { Ask, Step } from './steps.ts'
import { rowsOf, rowsOfModel } from './view.ts'
import { World } from './world.ts'

/**
 * Lives an evening twice, in the model and for real. After every step both must have answered the same;
 * at the end, when everything due has been swept, both must have written the same. Answers the real one.
 */
export async function live(lane: Lane, steps: Step[]): Promise<World> {
  const model = new Model()
  const world = new World(lane, await lane.shop())
  const before: string[] = []
  for (const step of [...steps, { do: 'sweep' } as const]) {
    model.shelf.turn()
    const { expected, found } = await take(step, model, world)
    // Not known is not wrong: a machine too busy to answer in time ends the evening early.
    if (found.includes('UNAVAILABLE')) throw unavailable()
    before.push(`${JSON.stringify(step)} → ${found}`)
    expect(found, `${before.join('\n')}\nthe model: ${expected}\n`).toBe(expected)
  }
  const rows = await rowsOf(lane.here.pg.rest, world)
  expect(rows, before.join('\n')).toEqual(rowsOfModel(model, rows))
  return world
}

async function take(step: Step, model: Model, world: World) {
  if (step.do === 'ask' || step.do === 'crash') {
    const asked = model.makeOut(step.what)
    if (!asked) return nothing
    const expected = model.ask(asked)
    return { expected, found: await (step.do === 'ask' ? world.ask(asked) : world.crash(asked)) }
  }
  if (step.do === 'again') {
    const first = pick(model.asked, step.n)
    if (!first) return nothing
    const asked = step.changed ? { ...first, what: otherwise(first) } : first
    const at = step.elsewhere ? world.elsewhere : world.here
    return { expected: model.ask(asked), found: await world.ask(asked, at) }
  }
  const firstKey = model.asked.length
  return { expected: model.do(step), found: await world.do(step, firstKey) }
}

const nothing = { expected: 'nothing', found: 'nothing' }

/** The same thing asked with other contents, where there is something to change. */
function otherwise({ what }: Asked): Ask {
  switch (what.ask) {
    case 'hold':
      return { ...what, quantity: what.quantity + 1 }
    case 'order':
      return { ...what, city: 'Braga' }
    case 'refund':
      return { ...what, amount: 1 }
    case 'ship':
      return { ...what, parcel: 'P 2' }
    case 'correct':
      return { ...what, delta: what.delta + 3 }
    case 'say':
      return { ...what, text: 'something else' }
    case 'cancel':
      return what
  }
}

/**
 * `npm run verify` over all evenings of a lane: stock, money and log. Not its rules of moderation: staff
 * is made as rows here, and time is moved in rows, of which the log cannot know.
 */
export async function recount({ here }: Lane): Promise<void> {
  const sql = here.pg.rest
  const findings = [await auditStock(sql), await auditMoney(sql), await auditLog(sql)].flat()
  expect(findings.slice(0, 10)).toEqual([])
}
