import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { makeRecording } from '../support/recording.ts'
import { type Goods, list, setStage } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, moreFrames } from './acts.ts'

let pages: Pages
let recording: ReturnType<typeof makeRecording>

openForStories({}, (opened) => {
  pages = opened
  recording = makeRecording(20)
})
afterAll(() => recording.drop())

/** An evening of twenty seconds: the mug, a flash sale of it that sells out, a word, then the bowl. */
async function evening(house: House) {
  const stage = await setStage(house, { onHand: 8, live: false })
  const bowl = await list(house, stage.host, 3, 4_200)
  const { showId, host } = stage
  const lineup = [stage.productId, bowl.productId]
  await house.as(host).patch(`/shows/${showId}`, { lineup })
  await house.as(host).patch(`/products/${bowl.productId}`, { title: 'Low bowl' })
  await house.as(host).post(`/shows/${showId}/start`)
  const desk = await house.socket(host)
  const viewer = await house.socket(await house.signUp('Noor'))
  await desk.ask('product:pin', { showId, productId: stage.productId })
  await viewer.ask('chat:send', { showId, text: 'Is it heavy?', key: 'a' })
  await desk.ask('sale:start', sale(showId, stage))
  await viewer.ask('hold:create', { showId, variantId: stage.variantId, quantity: 1, key: 'h' })
  await desk.ask('product:pin', { showId, productId: bowl.productId })
  await viewer.ask('chat:send', { showId, text: 'What a bowl', key: 'b' })
  await house.as(host).post(`/shows/${showId}/end`)
  const startedAt = await stretch(house, showId)
  await record(house, showId)
  return { ...stage, bowl, startedAt, path: `/s/${showId}` }
}

const sale = (showId: string, { variantId }: Goods) => ({
  ...{ showId, variantId, quantity: 1, countdownMs: 0, durationMs: 60_000 },
  price: { amount: 1_500, currency: 'EUR' },
})

/** What took a moment is made to have taken twenty seconds, a minute ago: an event every two. Answers its begin. */
async function stretch(house: House, showId: string): Promise<string> {
  const sql = house.pg.rest
  await sql`with first as (select seq, at - interval '1 minute' as t from show_events
      where show_id = ${showId} and type = 'show.started')
    update show_events e set at = f.t + (e.seq - f.seq) * interval '2 s' from first f where e.show_id = ${showId}`
  const [row] = await sql<{ started: string }[]>`
    update shows w set ended_at = (select max(at) from show_events e where e.show_id = w.id), started_at =
      (select at from show_events e where e.show_id = w.id and e.type = 'show.started')
    where w.id = ${showId} returning iso(started_at) as started`
  return row?.started ?? ''
}

/** The recording is there, for everybody or only for its host. */
async function record(house: House, showId: string, hidden = false): Promise<void> {
  await house.pg.rest`
    insert into recordings(show_id, state, hidden, changed_at) values (${showId}, 'ready', ${hidden}, now())
    on conflict (show_id) do update set hidden = excluded.hidden`
  await house.app.rooms.replays.follow(showId)
}

/** The picture runs, then stands still: what is seen at a second does not depend on how fast this machine is. */
async function standStill(page: Page): Promise<void> {
  await moreFrames(page, 2)
  await page.$eval('video', (video) => video.pause())
}

/** Where the picture is, in seconds. */
const second = (page: Page) => page.$eval('video', (video) => Math.floor(video.currentTime))

test('a replay plays with its talk and its pins in step, jumps to a product, and sells it at the price of today', async () => {
  const { house } = pages
  const show = await evening(house)
  await house.as(show.host).patch(`/products/${show.bowl.productId}`, {
    variants: [{ id: show.bowl.variantId, price: { amount: 3_900, currency: 'EUR' } }],
  })
  const person = await buyer(house)
  const phone = await pages.open('/', { as: person })
  await recording.serveTo(phone, show.showId, show.startedAt)
  await phone.goto(show.path)
  await standStill(phone)
  await phone.getByText('Replay', { exact: true }).waitFor()

  await phone.getByRole('slider', { name: 'Moment of the show' }).fill('5000')
  await phone.getByRole('article', { name: /Ridge mug/ }).waitFor()
  await phone.getByText('Is it heavy?').first().waitFor()
  expect(await phone.getByText('What a bowl').count()).toBe(0)

  await button(phone, /^Jump to 2, Low bowl/).tap()
  const ticket = phone.getByRole('article', { name: /Low bowl/ })
  await ticket.getByText('€42.00').waitFor()
  expect(await ticket.locator('.then').textContent()).toBe('€42.00 in the show, €39.00 now')
  expect(await second(phone)).toBe(10)
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)

  await ticket.getByRole('button', { name: 'Buy now' }).tap()
  await button(phone, /^Pay €39.00/).tap()
  await phone.getByText(/^It is yours, /).waitFor()
}, 120_000)

test('the line of the show is moved by keys, its moments are a list, and a link leads to a second of it', async () => {
  const { house } = pages
  const show = await evening(house)
  const desk = await pages.open('/', { screen: 'desktop' })
  await recording.serveTo(desk, show.showId, show.startedAt)
  await desk.goto(`${show.path}?at=14`)
  await standStill(desk)
  const from = await second(desk)
  expect(from).toBeGreaterThanOrEqual(14)
  await desk.keyboard.press('ArrowLeft')
  await expect.poll(() => second(desk)).toBe(from - 5)

  await desk.getByRole('slider', { name: 'Moment of the show' }).focus()
  await desk.keyboard.press('Home')
  await expect.poll(() => second(desk)).toBe(0)
  await button(desk, 'Moments').click()
  await mustBeOpenToAll(desk)
  await desk.getByRole('button', { name: 'Low bowl' }).last().click()
  await expect.poll(() => second(desk)).toBe(10)
}, 120_000)

test('a hidden replay is the window of a show that is over; its host still sees it, and nobody buys in it', async () => {
  const { house } = pages
  const show = await evening(house)
  await record(house, show.showId, true)
  const guest = await pages.open(show.path)
  await guest.getByText('The show is over').waitFor()
  const code = await house
    .as(await house.signUp())
    .get(`/shows/${show.showId}/replay`)
    .catch((refused: { problem: { code: string } }) => refused.problem.code)
  expect(code).toBe('NOT_FOUND')
  const seen = await house.as(show.moderator).get<{ open: boolean }>(`/shows/${show.showId}/replay`)
  expect(seen.open).toBe(false)

  const studio = await pages.open('/', { as: show.host, screen: 'desktop' })
  await recording.serveTo(studio, show.showId, show.startedAt)
  await studio.goto(`/studio/${show.showId}`)
  await studio.getByRole('switch', { name: /^Sell in the replay/ }).click()
  await studio.getByText(/^Nothing is sold in the replay/).waitFor()
  await mustBeOpenToAll(studio)
}, 120_000)

test('support sees a second of the show as its viewers did, steps through its events, and asks about one person', async () => {
  const { house } = pages
  const show = await evening(house)
  const path = `/moderate/${show.showId}/at`
  const time = new Date(Date.parse(show.startedAt) + 13_000).toISOString()
  const desk = await pages.open(`${path}?time=${time}`, { as: show.moderator, screen: 'desktop' })
  await desk.getByRole('article', { name: /Low bowl/ }).waitFor()
  await desk.getByText('What a bowl').first().waitFor()
  await mustBeOpenToAll(desk)
  const past = desk.getByText('What a bowl')
  await button(desk, 'Event before').click()
  await past.first().waitFor({ state: 'detached' })
  await desk.getByRole('slider', { name: 'Second of the show' }).press('Home')
  await desk.getByText('Nobody had said anything.').waitFor()
  await desk.getByLabel('Account number').fill(show.moderator.id)
  await button(desk, 'Look').click()
  await desk.getByText('Held nothing').waitFor()

  const phone = await pages.open(`${path}?time=${time}`, { as: show.host })
  await phone.getByText('What a bowl').first().waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
}, 120_000)
