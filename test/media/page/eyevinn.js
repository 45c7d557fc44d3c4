import { WebRTCPlayer } from '@eyevinn/webrtc-player'

const video = document.querySelector('video')
const player = new WebRTCPlayer({ video, type: 'whep' })

globalThis.eyevinn = {
  load: (url) => player.load(new URL(url)),
  shown: () => video.getVideoPlaybackQuality().totalVideoFrames,
  unload: () => player.unload(),
}
