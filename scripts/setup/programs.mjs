// The programs that npm does not bring: what a house needs or wants, and its tests and benches beside it.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, failedLately } from './paths.mjs'
import { say } from './progress.mjs'
import { run, SetUpError, tellLack } from './run.mjs'
import { canInstall, find, install } from './system.mjs'

/** A Redis server to run privately. Valkey is the same to us. */
export function ensureRedisServer() {
  return ensure({
    given: process.env.REDIS_SERVER_BIN,
    names: ['redis-server', 'valkey-server'],
    packages: ['redis-server'],
    otherwise:
      'install Redis (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis), ' +
      'or set REDIS_URL to a server that runs already.',
  })
}

/** The browser that the tests drive. */
export function ensureChromium() {
  return ensure({
    given: process.env.CHROMIUM_PATH,
    names: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    packages: ['chromium', 'fonts-liberation'],
    otherwise:
      'install Chromium or Chrome (Debian: sudo apt-get install chromium), ' +
      'or set CHROMIUM_PATH to its executable.',
  })
}

const fakeClocks = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
)

/** A clock that is wrong, for one story of the faults: where there is none that story says so. */
export async function wantFaketime() {
  await want(fakeClocks.some((path) => existsSync(path)) ? [] : ['libfaketime'])
}

const ffmpeg = {
  given: process.env.FFMPEG_PATH,
  names: ['ffmpeg'],
  packages: ['ffmpeg'],
  otherwise:
    'install ffmpeg 5.1 or later with libx264 (Debian, Ubuntu: sudo apt-get install ffmpeg; ' +
    'macOS: brew install ffmpeg), or set FFMPEG_PATH to its executable.',
}

/** What records shows; the tests of that cannot do without it, the house can. */
export function ensureFfmpeg() {
  return ensure(ffmpeg)
}

/** A house without it runs, and lacks something; whoever starts it is told what. */
export async function wantFfmpeg() {
  const { RECORD, HLS } = process.env
  if (RECORD === 'off' && HLS === 'off') return
  try {
    await ensure(ffmpeg, installOnceADay)
  } catch (error) {
    tellLack('No ffmpeg: shows are not recorded, and nobody watches without WebRTC.', error)
  }
}

/**
 * Programs of other people for `npm run test:media`: an encoder that speaks WHIP, and a TURN server.
 * Where one is missing and cannot be installed, its stories say that they were left out.
 */
export async function wantEncoders() {
  const missing = [
    ['whip-client', encoderPackages],
    ['turnserver', ['coturn']],
  ].flatMap(([name, packages]) => (find(name) ? [] : packages))
  await want(missing)
}

/** Another browser for them, of people who watch, buy and host: its stories are left out where there is none. */
export async function wantFirefox() {
  await want(find('firefox-esr') ? [] : ['firefox-esr'])
}

const encoderPackages = [
  'simple-whip-client',
  ...['base', 'good', 'bad', 'ugly'].map((name) => `gstreamer1.0-plugins-${name}`),
  'gstreamer1.0-nice',
]

/**
 * Servers that tell a room, of other people, for `npm run bench fanout`: the Centrifuge library with Go, nginx
 * with nchan. Where one is missing and cannot be installed, the bench says that it has no figure of it.
 */
export async function wantTellers() {
  const missing = [
    ['/usr/bin/go', ['golang-go']],
    ['/usr/share/gocode/src/github.com/centrifugal/centrifuge', centrifugePackages],
    ['/usr/lib/nginx/modules/ngx_nchan_module.so', ['nginx-light', 'libnginx-mod-nchan']],
  ].flatMap(([path, packages]) => (existsSync(path) ? [] : packages))
  await want(missing)
}

/** Debian does not make the library bring all that it is built from. */
const centrifugePackages = [
  'centrifugal-centrifuge',
  'centrifugal-protocol',
  'fzambia-eagle',
  'igm-sockjs-go',
  'mna-redisc',
].map((name) => `golang-github-${name}-dev`)

/** Another server of pictures, for `npm run bench media`. */
export async function wantJanus() {
  await want(existsSync('/usr/bin/janus') ? [] : ['janus'])
}

/**
 * The load generator of Postgres, for `npm run bench checkout`. Debian has it in the package of the server,
 * which would open a database of its own on this machine: it is unpacked beside it instead.
 */
export async function wantPgbench() {
  if (pgbench() || !canInstall()) return
  const { code: isMissing } = await run('dpkg-query', ['-W', 'libpq5'])
  if (isMissing) await want(['libpq5'])
  else await run('apt-get', ['update', '-q'])
  const { output } = await run('apt-cache', ['depends', 'postgresql'])
  const [server] = /postgresql-\d+/.exec(output) ?? []
  if (!server) return
  mkdirSync(pgbenchFolder, { recursive: true })
  await run('apt-get', ['download', server], { cwd: pgbenchFolder })
  const [archive] = readdirSync(pgbenchFolder).filter((name) => name.endsWith('.deb'))
  if (!archive) return
  await run('dpkg-deb', ['-x', archive, '.'], { cwd: pgbenchFolder })
  rmSync(join(pgbenchFolder, archive))
}

const pgbenchFolder = join(cache, 'bench', 'pgbench')

/** Debian's wrapper looks for a cluster of its own; the program itself needs none. */
export function pgbench() {
  return ['/', pgbenchFolder]
    .map((from) => join(from, 'usr', 'lib', 'postgresql'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder).map((version) => join(folder, version, 'bin', 'pgbench')),
    )
    .find((program) => existsSync(program))
}

/** What runs next goes without packages that cannot be installed, and says what it leaves out. */
async function want(packages) {
  if (packages.length === 0 || !canInstall()) return
  try {
    await install(packages)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(`  · without ${packages.join(', ')}: ${error.message}`)
  }
}

async function ensure({ given, names, packages, otherwise }, bring = install) {
  if (given) return given
  const found = find(...names)
  if (found) return found
  if (canInstall()) await bring(packages)
  const installed = find(...names)
  if (!installed) throw new SetUpError(`There is no ${names[0]} on this machine.`, otherwise)
  return installed
}

/** Without a network apt may take minutes to say so: not at each start, for what a house can do without. */
async function installOnceADay(packages) {
  const failed = join(cache, `${packages[0]}-failed`)
  if (failedLately(failed)) {
    throw new SetUpError(
      `Installing it failed less than a day ago:\n${readFileSync(failed, 'utf8')}`,
      `mend that, delete ${failed} and run the same command again.`,
    )
  }
  try {
    await install(packages)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    mkdirSync(cache, { recursive: true })
    writeFileSync(failed, error.message)
    throw error
  }
}
