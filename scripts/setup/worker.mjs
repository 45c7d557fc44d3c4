// mediasoup's media worker: the one that was named, one made before, one downloaded, or one built.
// Without any of them Vitrine runs, but nobody can go live.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, failedLately, modules, node, root } from './paths.mjs'
import { say, step } from './progress.mjs'
import { run, SetUpError, tail, tellLack } from './run.mjs'
import { canInstall, find, install } from './system.mjs'

const recipe = join(root, 'scripts', 'mediasoup-worker')
const mediasoup = join(modules, 'mediasoup')
const downloadTimeoutMs = 40_000

// Run without a parent that speaks its protocol, a worker ends at once with this code.
const orphanExitCode = 41

const buildPackages = [
  'cmake',
  'ninja-build',
  'pkg-config',
  'g++',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
]

/** The path of a worker that runs on this machine; undefined, and said aloud, if none can be had. */
export async function ensureWorker() {
  if (process.env.MEDIASOUP_WORKER_BIN) return given(process.env.MEDIASOUP_WORKER_BIN)
  const shelf = openShelf()
  if (await shelf.isGood()) return shelf.worker
  try {
    if (!(await download(shelf))) await build(shelf)
    return shelf.worker
  } catch (error) {
    tellLack(
      'No media worker: shows can be watched, sold in and talked in, but carry no picture.',
      error,
    )
    return undefined
  }
}

/** The same, only where it is there already: nothing is fetched or built. */
export async function knownWorker() {
  if (process.env.MEDIASOUP_WORKER_BIN) return process.env.MEDIASOUP_WORKER_BIN
  const shelf = openShelf()
  return (await shelf.isGood()) ? shelf.worker : undefined
}

async function given(path) {
  if (await runs(path)) return path
  throw new SetUpError(
    `MEDIASOUP_WORKER_BIN names ${path}, which is not a mediasoup worker that runs here.`,
    'correct the variable, or unset it to have a worker downloaded or built.',
  )
}

/** The place in the cache for this version, platform and recipe, and what is known about it. */
function openShelf() {
  const { version } = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'))
  const folder = join(cache, 'mediasoup-worker', `${version}-${process.platform}-${process.arch}`)
  const worker = join(folder, 'mediasoup-worker')
  const origin = join(folder, 'origin')
  const built = `built by recipe ${recipeHash()}`
  mkdirSync(folder, { recursive: true })
  return {
    worker,
    built,
    log: join(folder, 'build.log'),
    downloadFailed: join(folder, 'download-failed'),
    buildFailed: join(folder, 'build-failed'),
    async isGood() {
      return ['downloaded', built].includes(read(origin)) && (await runs(worker))
    },
    /** Puts a worker in place in one step: whoever looks sees the old one or the whole new one. */
    async put(path, from) {
      if (!(await runs(path))) return false
      const arriving = join(folder, `arriving-${process.pid}`)
      copyFileSync(path, arriving)
      chmodSync(arriving, 0o755)
      renameSync(arriving, worker)
      writeFileSync(origin, from)
      return true
    },
  }
}

/** mediasoup's own installer, told not to fall back to its own way of building. */
async function download(shelf) {
  if (failedLately(shelf.downloadFailed)) return false
  const env = { ...process.env, PYTHON: 'false' }
  const path = join(mediasoup, 'worker', 'out', 'Release', 'mediasoup-worker')
  const options = { cwd: mediasoup, env, timeoutMs: downloadTimeoutMs }
  try {
    await step('downloading the media worker', async () => {
      const { output } = await run(node, ['npm-scripts.mjs', 'postinstall'], options)
      if (!(await shelf.put(path, 'downloaded'))) throw new SetUpError(tail(output))
    })
    return true
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say('    It cannot be downloaded here; building it instead.')
    writeFileSync(shelf.downloadFailed, error.message)
    return false
  }
}

async function build(shelf) {
  const again = `delete ${shelf.buildFailed} and run the same command again`
  if (read(shelf.buildFailed) === shelf.built) {
    throw new SetUpError(`Building it failed before, see ${shelf.log}.`, `${again}.`)
  }
  await ensureBuildTools()
  const out = mkdtempSync(join(tmpdir(), 'vitrine-worker-'))
  try {
    await step(
      'building the media worker, once for this machine, 3 to 5 minutes on two cores',
      (tell) => compile(out, shelf, tell),
    )
  } catch (error) {
    writeFileSync(shelf.buildFailed, shelf.built)
    throw error
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

async function ensureBuildTools() {
  const libraries = ['libuv', 'libssl', 'libsrtp2', 'flatbuffers', 'absl_strings']
  const tools = ['cmake', 'ninja', 'pkg-config', 'c++', 'flatc']
  const complete =
    tools.every((tool) => find(tool)) &&
    (await run('pkg-config', ['--exists', ...libraries])).code === 0
  if (complete) return
  if (canInstall()) return install(buildPackages)
  throw new SetUpError(
    'It cannot be downloaded here, and the tools to build it are missing.',
    `as root: apt-get install ${buildPackages.join(' ')}\n    or set MEDIASOUP_WORKER_BIN to a worker.`,
  )
}

async function compile(out, shelf, tell) {
  const source = `-DWORKER_SRC=${join(mediasoup, 'worker')}`
  const configure = ['-G', 'Ninja', '-S', recipe, '-B', out, '-DCMAKE_BUILD_TYPE=Release', source]
  const logs = []
  for (const args of [configure, ['--build', out]]) {
    const { code, output } = await run('cmake', args, { onOutput: (text) => tellCount(text, tell) })
    logs.push(output)
    writeFileSync(shelf.log, logs.join('\n'))
    if (code !== 0) {
      throw new SetUpError(`Building it failed:\n${tail(output, 12)}`, `read ${shelf.log}.`)
    }
  }
  if (!(await shelf.put(join(out, 'mediasoup-worker'), shelf.built))) {
    throw new SetUpError('It was built but does not start.', `read ${shelf.log}.`)
  }
}

/** Ninja counts its files: [12/260]. */
function tellCount(text, tell) {
  const count = text.match(/\[(\d+)\/(\d+)\]/g)?.at(-1)
  if (count) tell(count.slice(1, -1).replace('/', ' of '))
}

async function runs(path) {
  const { code } = await run(path, [], { env: {}, timeoutMs: 5_000 })
  return code === orphanExitCode
}

function recipeHash() {
  const hash = createHash('sha256')
  const files = readdirSync(recipe, { recursive: true, withFileTypes: true })
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath ?? file.path, file.name))
  for (const path of paths.sort()) hash.update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
