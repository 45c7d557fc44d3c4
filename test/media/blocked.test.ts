import { expect, test } from 'vitest'
import { goLive, moreFrames } from '../browser/acts.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'

let pages: Pages

openForStories({ media: true, settings: { HLS: 'on' } }, (opened) => {
  pages = opened
})

/** The page's network lets no packet of WebRTC through. */
const blockWebRtc = `
  const hear = RTCPeerConnection.prototype.setRemoteDescription
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return hear.call(this, { type, sdp: sdp.replaceAll(/a=candidate:.*\\r\\n/g, '') })
  }
`

test('where WebRTC is blocked the show is seen a few seconds behind, and what is said arrives at once', async () => {
  const { house } = pages
  const stage = await setStage(house, { live: false })
  await goLive(pages, stage.host, stage.showId)
  const phone = await pages.open(`/s/${stage.showId}`, { before: blockWebRtc })
  await phone.getByText('A few seconds behind').waitFor({ timeout: 90_000 })
  await moreFrames(phone, 30)
  const line = await house.socket(stage.host)
  await line.ask('chat:send', { showId: stage.showId, text: 'Hello to all', key: 'hello' })
  await phone.getByText('Hello to all').first().waitFor()
  expect(house.app.rooms.media.stats().consumers).toBe(0)
}, 240_000)
