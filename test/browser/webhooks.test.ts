import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../support/front.ts'
import { codeOf } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { openReceiver, verified } from '../support/receiver.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button } from './acts.ts'

let pages: Pages
let receiver: Awaited<ReturnType<typeof openReceiver>>

openForStories({ settings: { WEBHOOKS_TO: 'anywhere' } }, (opened) => {
  pages = opened
})
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())

test('a merchant connects a server, keeps its secret, and sees what it was told and what it said', async () => {
  const mara = await pages.house.signUp('Mara')
  const desk = await pages.open('/shop/settings', { as: mara, screen: 'desktop' })
  await desk.getByRole('link', { name: 'See connections' }).click()
  await desk.getByText('No webhook yet.').waitFor()
  await mustBeOpenToAll(desk)
  await desk.getByRole('link', { name: 'Add a webhook' }).click()
  await button(desk, 'Add').click()
  await desk.getByText('Say where to send it.').waitFor()
  await desk.getByLabel('Address').fill('https://somebody:secret@erp.example/')
  await button(desk, 'Add').click()
  await desk.getByText('Leave name and password out of it.').waitFor()
  await mustBeOpenToAll(desk)
  await desk.getByLabel('Address').fill(receiver.url)
  await desk.getByRole('checkbox', { name: /^order\.shipped/ }).check()
  await button(desk, 'Add').click()
  const secret = await desk.getByLabel('Signing secret', { exact: true }).inputValue()
  await mustBeOpenToAll(desk)
  await desk.getByRole('link', { name: 'Go to the webhook' }).click()

  receiver.answer(500)
  await button(desk, 'Send a test').click()
  const heard = await receiver.hears('test')
  expect(verified(secret, heard)).toEqual(heard.news)
  await desk.getByText('Answered 500', { exact: false }).waitFor()
  await desk.getByText('test', { exact: true }).click()
  await desk.getByText('"type": "test"', { exact: false }).waitFor()
  await mustBeOpenToAll(desk)
  receiver.answer(200)
  await button(desk, 'Send again: test').click()
  await desk.getByText('Delivered').waitFor()
  expect(receiver.heard.map(({ id }) => id)).toEqual([heard.id, heard.id])
}, 90_000)

test('on a phone: off and on again, a new secret, and away', async () => {
  const mara = await pages.house.signUp('Mara')
  const body = { url: receiver.url, types: ['order.paid'] }
  await pages.house.as(mara).post('/merchant/webhooks', body)
  const phone = await pages.open('/shop/connections', { as: mara })
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await phone.getByRole('link', { name: '127.0.0.1' }).tap()
  await button(phone, 'New secret').tap()
  await phone.getByLabel('Signing secret', { exact: true }).waitFor()
  await button(phone, 'Switch off').tap()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await phone.getByRole('alertdialog').getByRole('button', { name: 'Switch off' }).tap()
  await phone.getByText('It is off: nothing is sent.').waitFor()
  await button(phone, 'Switch on').tap()
  await button(phone, 'Switch off').waitFor()
  receiver.answer(410)
  await button(phone, 'Send a test').tap()
  await phone.getByText('It answered 410', { exact: false }).waitFor()
  await mustBeOpenToAll(phone)
  await button(phone, 'Remove').tap()
  await phone.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).tap()
  await phone.getByText('No webhook yet.').waitFor()
  const list = () => pages.house.as(mara).get<{ items: object[] }>('/merchant/webhooks')
  await until(list, ({ items }) => items.length === 0)
}, 90_000)

test('a key is made, kept, and revoked', async () => {
  const mara = await pages.house.signUp('Mara')
  const desk = await pages.open('/shop/connections', { as: mara, screen: 'desktop' })
  await button(desk, 'Make a key').click()
  await desk.getByText('Give it a name, so that you know it again.').waitFor()
  await desk.getByLabel('What is it for?').fill('ERP')
  await desk.getByRole('radio', { name: 'Read and change' }).click()
  await button(desk, 'Make a key').click()
  const token = await desk.getByLabel('API key', { exact: true }).inputValue()
  await desk.getByText('Read and change · never used', { exact: false }).waitFor()
  await mustBeOpenToAll(desk)
  const erp = pages.house.as({ token })
  expect(await erp.get('/products')).toMatchObject({ items: [] })
  const phone = await pages.open('/shop/connections', { as: mara })
  await phone.getByText('Read and change · used Today', { exact: false }).waitFor()
  await button(phone, 'Revoke: ERP').tap()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await phone.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).tap()
  await phone.getByText('No key yet.').waitFor()
  expect(await codeOf(erp.get('/products'))).toBe('UNAUTHENTICATED')
}, 90_000)
