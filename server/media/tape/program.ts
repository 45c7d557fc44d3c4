import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'
import { limits } from './limits.ts'

/** Below the server's own: selling and talking go before recording. */
export const niceness = 5

/** What the program must do with a show. */
export type Job = { sdp: string; hasSound: boolean; encode: boolean }

/** Starts ffmpeg. It ends by itself when its output is closed or nothing comes in any more. */
export function startProgram(path: string, job: Job): ChildProcessWithoutNullStreams {
  const child = spawn(path, [...input(job), ...tracks(job), ...output], { stdio: 'pipe' })
  child.stdin.on('error', () => child.kill()) // it is gone already: its exit says so
  child.stdin.end(job.sdp)
  child.once('spawn', () => setPriority(child.pid ?? 0, niceness))
  return child
}

const input = ({ hasSound, encode }: Job) =>
  [
    ['-hide_banner', '-loglevel', 'error'],
    ['-protocol_whitelist', 'pipe,udp,rtp'],
    // Encoders that send a key frame every ten seconds tell their picture's size only then.
    ['-analyzeduration', '12000000', '-probesize', '8000000', '-fpsprobesize', '0'],
    // Packets that were lost on the way in and sent again come late, and out of order.
    ['-max_delay', '500000', '-reorder_queue_size', '1024', '-buffer_size', '4194304'],
    // It waits once more for each track that it decodes, before it believes that nothing comes.
    ['-localaddr', '127.0.0.1'],
    ['-listen_timeout', String(limits.programSilenceS / (1 + Number(hasSound) + Number(encode)))],
    ['-f', 'sdp', '-i', 'pipe:0'],
  ].flat()

function tracks({ hasSound, encode }: Job): string[] {
  return [
    ['-map', '0:v:0', ...(encode ? encoded : ['-c:v', 'copy'])],
    hasSound ? ['-map', '0:a:0', ...sound] : [],
  ].flat()
}

/** AAC, because every phone plays it in HLS; silence where packets are missing. */
const sound = [
  ['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
  ['-af', 'aresample=async=1000'],
].flat()

/**
 * VP8 in MP4 is played by no iPhone: it becomes H.264, as cheaply as that can be had. The rate is
 * said because RTP names none, and a wrong guess is filled up with thousands of frames.
 */
const encoded = [
  ['-vf', 'fps=30'],
  ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
  ['-pix_fmt', 'yuv420p', '-crf', '24', '-maxrate', '4M', '-bufsize', '4M', '-threads', '2'],
  ['-force_key_frames', `expr:gte(t,n_forced*${limits.keyFrameMs / 1_000})`],
].flat()

const output = [
  ['-max_interleave_delta', '500000', '-f', 'mp4'],
  ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
  ['-frag_duration', String(limits.partS * 1_000_000), '-flush_packets', '1', 'pipe:1'],
].flat()

/** A program that does not say by then what it can is none. */
const answerMs = 10_000

/** Whether there is a program that has what we need of it; otherwise what is wrong, to be shown. */
export async function missingProgram(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-encoders'], {
      timeout: answerMs,
      killSignal: 'SIGKILL',
    })
    const lacks = ['aac', 'libx264'].filter(
      (name) => !new RegExp(`^ \\S+ ${name} `, 'm').test(stdout),
    )
    return lacks.length ? `${path} was built without ${lacks.join(' and ')}` : undefined
  } catch (cause) {
    return `${path} cannot be run${cause instanceof Error && 'code' in cause ? ` (${cause.code ?? 'no answer'})` : ''}`
  }
}

/**
 * Ports on the loopback that are free now, in pairs: RTP on the even one, RTCP on the next. Somebody
 * else may take one before the program does; it then ends, and the next try has other ports.
 */
export async function freePorts(pairs: number): Promise<number[]> {
  const found: number[] = []
  const open: ReturnType<typeof createSocket>[] = []
  try {
    while (found.length < pairs) {
      const first = await bound(0)
      open.push(first)
      const { port } = first.address()
      const even = port % 2 === 0
      const other = await bound(even ? port + 1 : port - 1).catch(() => undefined)
      if (!other) continue
      open.push(other)
      found.push(even ? port : port - 1)
    }
    return found
  } finally {
    for (const socket of open) socket.close()
  }
}

async function bound(port: number): Promise<ReturnType<typeof createSocket>> {
  const socket = createSocket('udp4')
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  await once(socket, 'listening').catch((error: unknown) => {
    socket.close()
    throw error
  })
  return socket
}
