import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Return } from '../../shared/wire/returns.ts'
import { type Order, type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button } from './acts.ts'

/** What was bought comes back: asked on a phone, answered at a desk, decided by the house. */

let pages: Pages
openForStories({}, (opened) => {
  pages = opened
})

const isReady = async (page: Page) => {
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
}

/** Two pieces that were bought, paid and sent. */
async function sent(address = 'Kiln Lane 4\n10115 Berlin') {
  const { house } = pages
  const stage = await setStage(house, { onHand: 5 })
  const buyer = await house.signUp('Aylin')
  const [desk, mine] = [house.as(stage.host), house.as(buyer)]
  const terms = { name: 'Kiln', address, countries: [], taxNote: '', terms: '', shipping: [] }
  await desk.put('/merchant', { ...terms, returns: 'You pay the way back.' })
  const { showId, variantId } = stage
  const { holdId } = await mine.post<{ holdId: string }>('/holds', {
    showId,
    variantId,
    quantity: 2,
  })
  const placed = { holdIds: [holdId], shippingAddress: home }
  const { order, payment } = await mine.post<Placed>('/orders', placed)
  await pay(house, payment.payUrl, '4242424242424242')
  await until(
    () => mine.get<Order>(`/orders/${order.id}`),
    ({ status }) => status === 'paid',
  )
  await desk.post(`/merchant/orders/${order.id}/ship`, { carrier: 'Post', trackingNumber: 'RR 1' })
  const ask = () => {
    const body = { items: [{ holdId, quantity: 1 }], reason: 'damaged', note: 'It has a crack.' }
    return mine.post<Return>(`/orders/${order.id}/returns`, body)
  }
  return { ...stage, buyer, order, holdId, desk, mine, ask, path: `/orders/${order.id}` }
}

async function openDesk(host: Person, orderId: string) {
  return pages.open(`/shop?tab=returns&order=${orderId}`, { as: host, screen: 'desktop' })
}

test('a piece that came broken is asked back on a phone, taken back at the desk, and its money is paid back', async () => {
  const scene = await sent()
  const phone = await pages.open(scene.path, { as: scene.buyer })
  await button(phone, 'It arrived').tap()
  await phone.getByText('Delivered').first().waitFor()
  await button(phone, 'Send something back').tap()
  await button(phone, 'Ask the shop').tap()
  await phone.getByText('Choose at least one piece.').waitFor()
  await isReady(phone)
  await button(phone, /^One more of/).tap()
  expect(await phone.getByRole('radio', { name: 'Never came' }).count()).toBe(0)
  await phone.getByRole('radio', { name: 'Damaged' }).tap()
  await phone.getByLabel('Tell the shop more').fill('It has a crack.')
  await button(phone, 'Ask the shop').tap()
  await phone.getByText('No answer counts as yes.').waitFor()
  await isReady(phone)

  const desk = await openDesk(scene.host, scene.order.id)
  await desk.getByRole('tab', { name: 'Returns 1 waiting for you' }).waitFor()
  await desk.getByText('It has a crack.').waitFor()
  await button(desk, 'Take it back').click()
  await desk.getByText('Kiln Lane 4').waitFor()
  await mustBeOpenToAll(desk)
  await desk.locator('form').getByRole('button', { name: 'Take it back' }).click()
  await desk.getByText('The buyer sends it by').waitFor()

  await phone.getByText('Kiln Lane 4').waitFor()
  await phone.getByLabel('Carrier, if there is one').fill('DHL')
  await phone.getByLabel('Tracking number').fill('DE 9')
  await isReady(phone)
  await button(phone, 'I have sent it').press('Enter')
  await phone.locator('.return-card:focus').waitFor()

  await desk.getByText('DE 9').waitFor()
  await button(desk, 'It came').click()
  await button(desk, /^One more of/).click()
  await mustBeOpenToAll(desk)
  await button(desk, /^Pay back/).click()
  await desk.getByText('Partly refunded').first().waitFor()
  await phone.getByText('Partly refunded').first().waitFor()
  await isReady(phone)
  const [row] = await pages.house.pg.rest<{ on_hand: number }[]>`
    select on_hand from stock where variant_id = ${scene.variantId}`
  expect(row?.on_hand).toBe(4)
}, 120_000)

test('who is told no asks the house, which reads both sides and has the last word', async () => {
  const { house } = pages
  const scene = await sent()
  const admin = await house.signUp('Petra')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${admin.id}`
  await scene.ask()
  const desk = await openDesk(scene.host, scene.order.id)
  await button(desk, 'Refuse').click()
  await desk.getByLabel('Why not').fill('It left without a crack.')
  await button(desk, 'Refuse the return').press('Enter')
  await desk.locator('.return-card:focus').waitFor()

  const phone = await pages.open(scene.path, { as: scene.buyer })
  await phone.route('**/returns', (route) => route.fulfill({ status: 503 }))
  await phone.reload()
  await phone.getByText('Returns did not load').waitFor()
  await isReady(phone)
  await phone.unroute('**/returns')
  await button(phone, 'Try again').tap()
  await phone.getByText('It left without a crack.').waitFor()
  await button(phone, 'Ask the house').press('Enter')
  await phone.locator('textarea:focus').waitFor()
  await phone.getByLabel('Your side of it').fill('The box was fine, the bowl was not.')
  await isReady(phone)
  await button(phone, 'Ask the house to decide').tap()
  await phone.getByText('The house reads both sides and decides.').waitFor()

  await button(desk, 'Say your side').click()
  await desk.getByLabel('Your side of it').fill('We pack well.')
  await button(desk, 'Tell the house').click()
  await desk.getByText('The house has your side').waitFor()

  const judge = await pages.open('/shop/disputes', { as: admin })
  await judge.getByText('We pack well.').waitFor()
  await judge.getByText('What is known').tap()
  await judge.getByText('RR 1').waitFor()
  await judge.getByLabel('Pay back').fill('12')
  await judge.getByLabel('Why', { exact: true }).fill('Each has a half of it.')
  await isReady(judge)
  await button(judge, 'Decide: €12.00 goes back').tap()
  await judge.getByText('Nothing to decide').waitFor()
  await judge.locator('.disputes:focus').waitFor()
  await phone.getByText('Each has a half of it.').waitFor()
  // Part of its money went back, and the other piece may still come to hand.
  await button(phone, 'It arrived').tap()
  await button(phone, 'It arrived').waitFor({ state: 'detached' })
  await desk.getByText('Each has a half of it.').waitFor()
}, 120_000)

test('without an admin the house is not asked in vain: both sides are told that it waits', async () => {
  const { house } = pages
  const scene = await sent('')
  await house.pg.rest`update accounts set kind = 'account' where kind = 'admin'`
  const { id } = await scene.ask()
  const desk = await openDesk(scene.host, scene.order.id)
  await button(desk, 'Take it back').click()
  await desk.getByText('Your shop has no address in its settings.').waitFor()
  await scene.desk.post(`/returns/${id}/refuse`, { words: 'No.' })
  // Somebody else of the shop was quicker: the form that stood open goes.
  await desk.getByText('Your shop has no address in its settings.').waitFor({ state: 'detached' })
  await scene.mine.post(`/returns/${id}/dispute`, { words: 'Yes.' })
  await desk.getByText('This house has nobody yet who can decide. It waits.').waitFor()
  const phone = await pages.open(scene.path, { as: scene.buyer })
  await phone.getByText('this house has nobody yet who can decide').waitFor()
  await button(phone, 'Withdraw').press('Enter')
  await phone.locator('button:focus', { hasText: 'Go on' }).waitFor()
  await button(phone, 'Withdraw the return').tap()
  await phone.getByText('Withdrawn').first().waitFor()
  await button(phone, 'Send something back').waitFor()
}, 120_000)
