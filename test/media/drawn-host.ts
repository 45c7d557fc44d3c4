import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { createWorker, type types } from 'mediasoup'
import { codecs } from '../../server/media/streams/router.ts'
import type { TapeSource } from '../../server/media/tape/take.ts'

/** A host without a browser: ffmpeg sends a drawn picture and a tone as plain RTP into a router. */
export type DrawnHost = {
  source: TapeSource
  worker: types.Worker
  /** The camera alone stops; the place on the router stays. */
  leave(): Promise<void>
  close(): void
}

export async function drawnHost(worker?: types.Worker): Promise<DrawnHost> {
  const on = worker ?? (await startWorker())
  const router = await on.createRouter({ mediaCodecs: codecs })
  const [video, audio] = await Promise.all([
    comesIn(router, { kind: 'video', rtpParameters: rtp({ ...h264, payloadType: 96 }, 1111) }),
    comesIn(router, { kind: 'audio', rtpParameters: rtp({ ...opus, payloadType: 97 }, 2222) }),
  ])
  const camera = spawn('ffmpeg', [...drawn, ...sent(video.port, audio.port)], { stdio: 'ignore' })
  await Promise.race([hasCome(video.producer), once(camera, 'exit')])
  return {
    source: { router, video: video.producer, audio: audio.producer },
    worker: on,
    leave: () => ended(camera),
    close() {
      camera.kill('SIGKILL')
      on.close()
    },
  }
}

function startWorker(): Promise<types.Worker> {
  const workerBin = process.env['MEDIASOUP_WORKER_BIN']
  return createWorker({ logLevel: 'none', ...(workerBin && { workerBin }) })
}

/** What ffprobe says of a file or an address: its streams' codecs and how long it is. */
export async function probe(path: string): Promise<{ codecs: string[]; durationS: number }> {
  const asked = ['-v', 'error', '-of', 'json', '-show_entries', 'stream=codec_name:format=duration']
  const { stdout } = await promisify(execFile)('ffprobe', [...asked, path])
  const told = JSON.parse(stdout) as {
    streams: { codec_name: string }[]
    format: { duration: string }
  }
  const names = told.streams.map(({ codec_name }) => codec_name)
  return { codecs: names.toSorted(), durationS: Number(told.format.duration) }
}

const h264 = {
  mimeType: 'video/H264',
  clockRate: 90_000,
  parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
}
const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }

const rtp = (codec: types.RtpCodecParameters, ssrc: number): types.RtpParameters => ({
  codecs: [codec],
  encodings: [{ ssrc }],
})

const drawn = [
  ['-nostdin', '-loglevel', 'error', '-re'],
  ['-f', 'lavfi', '-i', 'testsrc2=size=360x640:rate=30'],
  ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
].flat()

function sent(videoPort: number, audioPort: number): string[] {
  const to = (port: number) => ['-f', 'rtp', `rtp://127.0.0.1:${port}?pkt_size=1200`]
  return [
    ['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ['-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-g', '30', '-bsf:v', 'dump_extra'],
    ['-ssrc', '1111', '-payload_type', '96', ...to(videoPort)],
    ['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-ssrc', '2222', '-payload_type', '97'],
    to(audioPort),
  ].flat()
}

async function comesIn(
  router: types.Router,
  options: types.ProducerOptions,
): Promise<{ producer: types.Producer; port: number }> {
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const
  const transport = await router.createPlainTransport({ listenInfo, rtcpMux: true, comedia: true })
  return { producer: await transport.produce(options), port: transport.tuple.localPort }
}

async function hasCome(producer: types.Producer): Promise<void> {
  await producer.enableTraceEvent(['keyframe'])
  await once(producer, 'trace')
  await producer.enableTraceEvent([])
}

async function ended(camera: ChildProcess): Promise<void> {
  const exit = once(camera, 'exit')
  camera.kill('SIGKILL')
  await exit
}
