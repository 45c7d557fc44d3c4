import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

test('a host asks the room, a phone answers with one tap, and both see what came of it', async () => {
  const { house } = pages
  const { path, host, showId } = await openWindow(house)
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Buy now').waitFor()
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(studio, 'Poll: ask the room').click()
  await studio.getByRole('button', { name: 'Ask', exact: true }).click()
  await studio.getByText('Write a question.').waitFor()
  await mustBeOpenToAll(studio)
  await studio.getByLabel('Question').fill('Which glaze shall I open next?')
  for (const [n, answer] of ['Celadon, the pale one', 'Tenmoku', 'Shino'].entries()) {
    await studio.getByLabel(`Answer ${n + 1}`).fill(answer)
  }
  await mustFit(studio, 320, 568)
  await studio.getByRole('button', { name: 'Ask', exact: true }).click()
  const strip = studio.getByRole('region', { name: 'Poll' })
  await strip.getByText('0 votes').waitFor()

  const plate = phone.getByRole('region', { name: 'Poll' })
  await plate.getByRole('button', { name: 'Tenmoku' }).waitFor()
  await phone.getByText('Poll: Which glaze shall I open next?').waitFor({ state: 'attached' })
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await plate.getByRole('button', { name: 'Tenmoku' }).press('Enter')
  await plate.getByText('Tenmoku, your answer').waitFor()
  await phone.locator('.shown-poll:focus').waitFor()
  await plate.getByText('1 vote').waitFor()
  await strip.getByText('1 vote').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await phone.reload()
  await plate.getByText('Tenmoku, your answer').waitFor()

  await strip.getByRole('button', { name: 'Close' }).click()
  await plate.getByText('1 vote · closed').waitFor()
  await phone.getByText('Poll closed. Tenmoku: 100 % of 1 vote.').waitFor({ state: 'attached' })
  await mustBeOpenToAll(studio)
  await mustFit(studio, 320, 568)
  expect(await button(phone, 'Buy now').isVisible()).toBe(true)
  await plate.getByRole('button', { name: 'Hide the poll' }).tap()
  await plate.waitFor({ state: 'detached' })
}, 90_000)

test('a moderator asks the room, and closes it, on a phone too', async () => {
  const { house } = pages
  const { path, moderator, showId } = await openWindow(house)
  const desk = await pages.open(`/moderate/${showId}`, { as: moderator })
  await button(desk, 'Show').tap()
  await button(desk, 'Poll: ask the room').tap()
  await desk.getByLabel('Question').fill('Louder?')
  await desk.getByLabel('Answer 1').fill('Yes')
  await desk.getByLabel('Answer 2').fill('No')
  await desk.getByRole('button', { name: 'Ask', exact: true }).tap()
  const strip = desk.getByRole('region', { name: 'Poll' })
  await strip.getByText('0 votes').waitFor()
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Yes').tap()
  await strip.getByText('1 vote').waitFor()
  await strip.getByRole('button', { name: 'Close' }).tap()
  await strip.getByText('1 vote · closed').waitFor()
  await phone.getByText('1 vote · closed').waitFor()
}, 60_000)
