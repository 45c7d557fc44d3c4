// Janus with its streaming plugin and nothing else, as Debian has it: a stream comes in as plain RTP, and
// whoever watches gets it with SRTP. Started from here, so that it ends with us.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../dev/keep.ts'
import { waitUntil } from '../../dev/processes.ts'
import { answerQuestions } from '../worker.ts'
import { program, signalToJanus } from './janus.ts'

const readyMs = 20_000
const [port, audio, video] = [await freePort(), await freePort(), await freePort()]
const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-janus-'))
const configs: Record<string, string> = {
  'janus.jcfg': `
general: { session_timeout = 0, debug_level = 2 }
nat: { ice_lite = true, ice_enforce_list = "127.0.0.1" }
plugins: { disable = "${others('audiobridge duktape echotest lua nosip recordplay sip textroom videocall videoroom voicemail')}" }
transports: { disable = "${others('http mqtt nanomsg pfunix rabbitmq')}" }
events: { broadcast = false }
`,
  'janus.transport.websockets.jcfg': `
general: { ws = true, ws_ip = "127.0.0.1", ws_port = ${port}, wss = false }
`,
  'janus.plugin.streaming.jcfg': `
show: {
  type = "rtp", id = 1
  audio = true, audioport = ${audio}, audiopt = 111, audiocodec = "opus"
  video = true, videoport = ${video}, videopt = 96, videocodec = "vp8"
}
`,
}
for (const [name, text] of Object.entries(configs)) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
}
const janus = spawn(program, ['-F', folder, '-L', join(folder, 'log'), '--disable-stdout'], {
  stdio: 'ignore',
})
const ended = once(janus, 'exit')
process.once('exit', () => {
  janus.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
const isUp = async () => {
  const signal = await signalToJanus(port).catch(() => undefined)
  signal?.close()
  return signal !== undefined
}
const up = await Promise.race([waitUntil(isUp, readyMs), ended.then(() => false)])
if (!up) throw new Error('Janus does not start')
answerQuestions(async () => ({ janus: port, audio, video, pid: janus.pid }))

function others(names: string): string {
  return names
    .split(' ')
    .map((name) => `libjanus_${name}.so`)
    .join(',')
}
