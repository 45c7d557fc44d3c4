// Janus with its streaming plugin and nothing else, as Debian has it: a stream comes in as plain RTP, and
// whoever watches gets it with SRTP. Started from here, so that it ends with us; says where it listens, or
// null where it is not installed or has no address to listen at.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../dev/keep.ts'
import { waitUntil } from '../../dev/processes.ts'
import { answerQuestions } from '../worker.ts'
import { type JanusPorts, mountpoint, signalToJanus } from './janus.ts'

const program = '/usr/bin/janus'
const readyMs = 20_000
const [folder = ''] = process.argv.slice(2)
/** Janus passes loopback over when it looks for addresses, so viewers come to the machine's own. */
const address = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

answerQuestions(async () => (existsSync(program) && address ? startJanus(address) : null))

async function startJanus(ip: string): Promise<JanusPorts & { pid: number | undefined }> {
  const [janus, audio, video] = [await freePort(), await freePort(), await freePort()]
  const own = join(folder, 'janus')
  mkdirSync(own)
  const configs = configsOf({ janus, audio, video }, ip)
  for (const [name, text] of Object.entries(configs)) writeFileSync(join(own, `${name}.jcfg`), text)
  const child = spawn(program, ['-F', own, '-L', join(own, 'log'), '--disable-stdout'], {
    stdio: 'ignore',
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(() => false)
  if (!(await Promise.race([waitUntil(() => answersAt(janus), readyMs), ended]))) {
    throw new Error('Janus does not start')
  }
  return { janus, audio, video, pid: child.pid }
}

async function answersAt(port: number): Promise<boolean> {
  const signal = await signalToJanus(port).catch(() => undefined)
  signal?.close()
  return signal !== undefined
}

const otherPlugins =
  'audiobridge duktape echotest lua nosip recordplay sip textroom videocall videoroom voicemail'
const otherTransports = 'http mqtt nanomsg pfunix rabbitmq'
const libraries = (names: string) =>
  names
    .split(' ')
    .map((name) => `libjanus_${name}.so`)
    .join()

/** By the names of the files that Janus looks for. A thread for each viewer, its default, costs thrice the CPU of one for all. */
function configsOf({ janus, audio, video }: JanusPorts, ip: string): Record<string, string> {
  return {
    janus: `
general: { session_timeout = 0, debug_level = 2, event_loops = 1 }
nat: { ice_lite = true, ice_enforce_list = "${ip}" }
plugins: { disable = "${libraries(otherPlugins)}" }
transports: { disable = "${libraries(otherTransports)}" }
events: { broadcast = false }
`,
    'janus.transport.websockets': `
general: { ws = true, ws_ip = "127.0.0.1", ws_port = ${janus}, wss = false }
`,
    'janus.plugin.streaming': `
show: {
  type = "rtp", id = ${mountpoint}
  audio = true, audioport = ${audio}, audiopt = 111, audiocodec = "opus"
  video = true, videoport = ${video}, videopt = 96, videocodec = "vp8"
}
`,
  }
}
