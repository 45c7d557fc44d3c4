import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStall, type Stall } from '../../../test/support/affiliates.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'

let stall: Stall

beforeAll(async () => {
  stall = await openStall()
})
afterAll(async () => {
  await stall.close()
})

const today = new Date().toISOString().slice(0, 10)

describe('an order that came by a link', () => {
  test('earns its share when it is paid, which waits until nothing can come back, and is owed then', async () => {
    const { affiliates, bought, open, over, sums } = stall
    const stand = await open(5, 1_250)
    const { order } = await bought(stand, stand.code)
    expect(await sums(stand.partner)).toMatchObject({
      orders: 1,
      sold: euros(2_000),
      earned: euros(250),
      waiting: euros(250),
      owed: euros(0),
    })
    await over(stand.host, order.id)
    expect(await sums(stand.partner)).toMatchObject({ waiting: euros(0), owed: euros(250) })
    const pay = { amount: euros(200), paidOn: today, note: 'by bank' }
    await affiliates.pay(stand.host, stand.id, pay, newId())
    const more = affiliates.pay(stand.host, stand.id, { ...pay, amount: euros(51) }, newId())
    expect(await codeOf(more)).toBe('CONFLICT')
    expect(await sums(stand.partner)).toMatchObject({ paid: euros(200), owed: euros(50) })
  })
})
