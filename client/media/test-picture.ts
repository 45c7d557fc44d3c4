import sceneUrl from '../ui/art/scene-kiln.svg?url'

export type TestPicture = { stream: MediaStream; stop: () => void }

export type Frame = { width: number; height: number; fps: number }

/** Upright, as most people watch, and light enough for a laptop that encodes three layers of it. */
const usual: Frame = { width: 720, height: 1_280, fps: 24 }
/** What it is drawn in, whatever its size. */
const { width, height } = usual
/** The scene breathes by so much of its size, once in so long. */
const breath = 0.04
const breathMs = 9_000
/** Two soft tones, a fifth apart, that swell one after the other. */
const tonesHz = [220, 330]
const toneGain = 0.012

/**
 * A drawn picture with a running clock and a soft tone, for hosts without a camera and for tests:
 * everything in it moves, so a still picture is a broken one.
 */
export async function testPicture(frame: Frame = usual): Promise<TestPicture> {
  const canvas = document.createElement('canvas')
  canvas.width = frame.width
  canvas.height = frame.height
  const pen = canvas.getContext('2d', { alpha: false })
  if (!pen) throw new Error('this browser cannot draw')
  pen.scale(frame.width / width, frame.height / height)
  const scene = await rasterised(sceneUrl)
  const beginning = performance.now()
  const draw = () => drawFrame(pen, scene, performance.now() - beginning)
  draw()
  const timer = setInterval(draw, 1_000 / frame.fps)
  const sound = softTone()
  const stream = canvas.captureStream(frame.fps)
  for (const track of sound.tracks) stream.addTrack(track)
  return {
    stream,
    stop() {
      clearInterval(timer)
      sound.stop()
      for (const track of stream.getTracks()) track.stop()
    },
  }
}

/** Drawn once, large enough for the breath: a picture of paths is slow to draw 24 times a second. */
async function rasterised(url: string): Promise<CanvasImageSource> {
  const image = new Image()
  image.src = url
  await image.decode()
  const sheet = document.createElement('canvas')
  sheet.width = Math.ceil(width * (1 + breath))
  sheet.height = Math.ceil(height * (1 + breath))
  const pen = sheet.getContext('2d', { alpha: false })
  if (!pen) throw new Error('this browser cannot draw')
  // The scene is drawn 390 × 844 and fills the frame; what is too tall goes at the bottom.
  const scale = Math.max(sheet.width / 390, sheet.height / 844)
  pen.drawImage(image, 0, 0, 390 * scale, 844 * scale)
  return sheet
}

function drawFrame(pen: CanvasRenderingContext2D, scene: CanvasImageSource, ms: number): void {
  const swell = (1 - Math.cos((ms / breathMs) * 2 * Math.PI)) / 2
  const grown = 1 + breath * swell
  const left = (-width * breath * swell) / 2
  pen.drawImage(scene, left, left, width * grown, height * grown)
  drawLight(pen, ms)
  drawClock(pen, ms)
}

/** A patch of sun that wanders over the wall. */
function drawLight(pen: CanvasRenderingContext2D, ms: number): void {
  const x = width * (0.5 + 0.35 * Math.sin(ms / 2_300))
  const y = height * (0.3 + 0.12 * Math.cos(ms / 3_100))
  const light = pen.createRadialGradient(x, y, 0, x, y, width * 0.5)
  light.addColorStop(0, 'rgb(251 227 171 / 0.34)')
  light.addColorStop(1, 'rgb(251 227 171 / 0)')
  pen.fillStyle = light
  pen.fillRect(0, 0, width, height)
}

/** A plate with the time to a tenth and a hand that goes round once a second, where phones show it. */
function drawClock(pen: CanvasRenderingContext2D, ms: number): void {
  const [x, y, plateWidth, plateHeight] = [width - 302, 148, 210, 64]
  pen.fillStyle = 'rgb(9 14 12 / 0.66)'
  pen.beginPath()
  pen.roundRect(x, y, plateWidth, plateHeight, 14)
  pen.fill()
  const [cx, cy, radius] = [x + 36, y + plateHeight / 2, 17]
  const angle = (ms / 1_000) * 2 * Math.PI - Math.PI / 2
  pen.strokeStyle = '#f4b93a'
  pen.lineWidth = 4
  pen.beginPath()
  pen.arc(cx, cy, radius, 0, 2 * Math.PI)
  pen.moveTo(cx, cy)
  pen.lineTo(cx + radius * Math.cos(angle), cy + radius * Math.sin(angle))
  pen.stroke()
  pen.fillStyle = '#ffffff'
  pen.font = '600 32px "Bricolage Grotesque Variable", system-ui, sans-serif'
  pen.textBaseline = 'middle'
  const minutes = Math.floor(ms / 60_000)
  const seconds = ((ms / 1_000) % 60).toFixed(1).padStart(4, '0')
  pen.fillText(`${minutes}:${seconds}`, x + 68, cy + 2)
}

/** Silent until the browser allows sound, which it does after any tap; silence is a track as well. */
function softTone(): { tracks: MediaStreamTrack[]; stop: () => void } {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const parts = tonesHz.flatMap((frequency, i) => {
    const tone = new OscillatorNode(context, { frequency })
    const gain = new GainNode(context, { gain: toneGain })
    const swell = new OscillatorNode(context, { frequency: 0.11 + i * 0.05 })
    const depth = new GainNode(context, { gain: toneGain })
    tone.connect(gain).connect(out)
    swell.connect(depth).connect(gain.gain)
    return [tone, swell]
  })
  for (const part of parts) part.start()
  context.resume().catch(() => undefined) // not allowed yet: the track stays silent
  return {
    tracks: out.stream.getAudioTracks(),
    stop: () => void context.close(),
  }
}
