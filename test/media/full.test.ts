import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { goLive, moreFrames } from '../browser/acts.ts'
import { openPages, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'

/** Two nodes: the picture comes in on one, the other has room for one viewer, and no ffmpeg. */
let here: Pages
let there: Pages

beforeAll(async () => {
  here = await openPages({ media: true, settings: { HLS: 'on' } })
  const settings = { HLS: 'on', FFMPEG_PATH: '/nowhere/ffmpeg', MEDIA_MAX_VIEWERS: '1' }
  there = await openPages({ media: true, settings, beside: here.house })
}, 120_000)
afterEach(async (story) => {
  await there.leave(story)
  await here.leave(story)
})
afterAll(async () => {
  await there.close()
  await here.close()
})

test('who finds a node full sees the show a few seconds behind, and by WebRTC when there is room again', async () => {
  const stage = await setStage(here.house, { live: false })
  await goLive(here, stage.host, stage.showId)
  const first = await there.open(`/s/${stage.showId}`)
  await moreFrames(first, 5, 60_000)
  const second = await there.open(`/s/${stage.showId}`)
  const behind = second.getByText('A few seconds behind')
  await behind.waitFor({ timeout: 60_000 })
  await moreFrames(second, 30, 60_000)
  const { stats } = there.house.app.rooms.media
  expect(stats()).toMatchObject({ viewers: 1, pipesIn: 1 })

  await first.close()
  await behind.waitFor({ state: 'hidden', timeout: 120_000 })
  await moreFrames(second, 10, 60_000)
  expect(stats()).toMatchObject({ viewers: 1, consumers: 2 })
}, 360_000)
