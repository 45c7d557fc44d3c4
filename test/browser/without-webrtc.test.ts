import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const before = 'delete globalThis.RTCPeerConnection'

test('a host whose browser cannot send is told so, and what to do', async () => {
  const { host, showId } = await setStage(pages.house, { live: false })
  const studio = await pages.open(`/studio/${showId}`, { as: host, before })
  await studio.getByRole('heading', { name: 'This browser cannot send a picture' }).waitFor()
  expect(await button(studio, 'Go live').count()).toBe(0)
  await mustBeOpenToAll(studio)
  await mustFit(studio, 320, 568)
  await button(studio, 'OBS or encoder').first().tap()
  await studio.getByText('This browser cannot show the picture of an encoder.').waitFor()
})

test('a moderator whose browser cannot show the picture is told so', async () => {
  const { moderator, showId } = await setStage(pages.house)
  const as = { as: moderator, before, screen: 'desktop' } as const
  const desk = await pages.open(`/moderate/${showId}`, as)
  await desk.getByText('This browser cannot show the picture here').waitFor()
})
