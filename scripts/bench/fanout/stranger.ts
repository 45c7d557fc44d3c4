// A peer that is not Node's: the Centrifuge library in Go, or nginx with nchan. Started from here, so that
// it ends with us; says where it listens, or null where it is not installed or cannot be built.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../dev/keep.ts'
import { signal, waitUntil } from '../../dev/processes.ts'
import { answerQuestions } from '../worker.ts'
import type { Door } from './viewers.ts'

const [kind, folder = ''] = process.argv.slice(2)
const readyMs = 10_000
const [go, nginx] = ['/usr/bin/go', '/usr/sbin/nginx']
const goPath = '/usr/share/gocode'
const library = join(goPath, 'src/github.com/centrifugal/centrifuge')
const nchan = '/usr/lib/nginx/modules/ngx_nchan_module.so'

answerQuestions<unknown, Door | null>(async () => {
  if (kind === 'nchan') return [nginx, nchan].every(existsSync) ? startNchan() : null
  return [go, library].every(existsSync) ? startCentrifuge() : null
})

/** Debian's Go packages are sources on a path of their own: nothing is fetched, a second build is quick. */
async function startCentrifuge(): Promise<Door | null> {
  const source = new URL('./centrifuge.go', import.meta.url).pathname
  const program = join(folder, 'centrifuge')
  const cache = join(homedir(), '.cache', 'vitrine', 'bench', 'go')
  const settings = { GO111MODULE: 'off', GOPATH: goPath, GOCACHE: cache, GOTMPDIR: folder }
  const env = { ...process.env, ...settings }
  // Go's compilers are children of its own: they end with the group.
  const build = spawn(go, ['build', '-o', program, source], {
    env,
    stdio: 'inherit',
    detached: true,
  })
  const giveUp = () => build.pid && signal(-build.pid, 'SIGKILL')
  process.once('exit', giveUp)
  const [code] = await once(build, 'exit')
  process.off('exit', giveUp)
  if (code !== 0) return null // Go has said why
  const child = keep(program, [])
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const [port = 0, linePort = 0] = line.split(' ').map(Number)
  return { port, linePort }
}

/** What is posted to one door goes to all who listen at the other. */
async function startNchan(): Promise<Door> {
  const port = await freePort()
  const config = join(folder, 'nchan.conf')
  mkdirSync(join(folder, 'nchan'))
  writeFileSync(config, nchanConfig(join(folder, 'nchan'), port))
  keep(nginx, ['-c', config, '-e', 'stderr'])
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/pub`).then(
      () => true,
      () => false,
    )
  if (!(await waitUntil(answers, readyMs))) throw new Error('nginx with nchan did not start')
  return { port, linePort: port }
}

function nchanConfig(own: string, port: number): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
load_module ${nchan};
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${own}/pid;
error_log stderr crit;
events { worker_connections 16000; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${kinds.map((name) => `${name}_temp_path ${own}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location /sub { nchan_subscriber websocket; nchan_channel_id show; nchan_subscriber_first_message newest; }
    location /pub { nchan_publisher; nchan_channel_id show; }
  }
}
`
}

function keep(program: string, args: string[]) {
  // One core each, as ours and Node's: Go on two spends more on every delivery.
  const env = { ...process.env, GOMAXPROCS: '1' }
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGTERM'))
  return child
}
