// Runs in the host's page, before anything of ours: the camera shows what time it is.

{
  const [width, height, fps] = [640, 360, 30]
  const bits = 16
  const cell = width / (bits + 4)

  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    const pen = canvas.getContext('2d', { alpha: false })
    const picture = canvas.captureStream(0)
    const [track] = picture.getVideoTracks()
    setInterval(() => {
      drawScene(pen, performance.now())
      drawTime(pen, Math.floor(performance.timeOrigin + performance.now()))
      track.requestFrame()
    }, 1_000 / fps)
    return new MediaStream([track, tone()])
  }

  /** White, black, the time's lowest bits, whether they are odd in number, black. */
  function drawTime(pen, ms) {
    const shown = Array.from({ length: bits }, (_, n) => (ms >> n) & 1)
    const odd = shown.reduce((sum, bit) => sum ^ bit, 0)
    for (const [n, bit] of [1, 0, ...shown, odd, 0].entries()) {
      pen.fillStyle = bit ? '#fff' : '#000'
      pen.fillRect(n * cell, 0, cell, height / 4)
    }
  }

  /** Something that moves, so that there is a picture to encode. */
  function drawScene(pen, ms) {
    pen.fillStyle = `hsl(${(ms / 40) % 360} 30% 40%)`
    pen.fillRect(0, 0, width, height)
    for (let n = 0; n < 12; n += 1) {
      pen.fillStyle = `hsl(${n * 30} 70% 60%)`
      const x = width * (0.5 + 0.45 * Math.sin(ms / (700 + 90 * n) + n))
      const y = height * (0.6 + 0.3 * Math.cos(ms / (900 + 70 * n)))
      pen.fillRect(x - 20, y - 20, 40, 40)
    }
  }

  function tone() {
    const context = new AudioContext()
    const out = context.createMediaStreamDestination()
    const sound = new OscillatorNode(context, { frequency: 330 })
    sound.connect(new GainNode(context, { gain: 0.02 })).connect(out)
    sound.start()
    return out.stream.getAudioTracks()[0]
  }
}
