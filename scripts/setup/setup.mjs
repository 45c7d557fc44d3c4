// Everything that must be there before the house can run. Needs Node 20 and npm, nothing else;
// whatever is there already costs a look, so the second run takes a second.

import { ensurePackages } from './packages.mjs'
import { pathWithOurs } from './paths.mjs'
import {
  ensureChromium,
  ensureFfmpeg,
  ensureRedisServer,
  wantEncoders,
  wantFaketime,
  wantFfmpeg,
  wantFirefox,
} from './programs.mjs'
import { SetUpError } from './run.mjs'
import { ensureWorker } from './worker.mjs'

const oldestNode = 20

/** The environment for what runs next, with our Node 24 first on PATH. */
function ourEnvironment(more = {}) {
  return { ...process.env, PATH: pathWithOurs(), ...more }
}

/** Enough to check types and format: Node 24 and the npm packages. */
export async function setUpPackages() {
  refuseOldNode()
  await ensurePackages()
  return ourEnvironment()
}

/** All that a house needs. Answers the environment for whoever runs it. */
export async function setUpHouse() {
  await setUpPackages()
  const worker = await ensureWorker()
  const redis = process.env.REDIS_URL ? undefined : await ensureRedisServer()
  return ourEnvironment({
    ...(worker && { MEDIASOUP_WORKER_BIN: worker }),
    ...(redis && { REDIS_SERVER_BIN: redis }),
  })
}

/** All that `npm start` needs: the house, and the program that records. */
export async function setUpStart() {
  const env = await setUpHouse()
  await wantFfmpeg()
  return env
}

/** All that `npm test` needs: the house, a browser, and the program that records. */
export async function setUpTests() {
  const env = await setUpHouse()
  await ensureFfmpeg()
  return { ...env, CHROMIUM_PATH: await ensureChromium() }
}

/** All that `npm run test:media` needs. */
export async function setUpMedia() {
  const env = await setUpTests()
  await wantEncoders()
  await wantFirefox()
  return env
}

/** All that `npm run faults` needs. */
export async function setUpFaults() {
  const env = await setUpTests()
  await wantFaketime()
  return env
}

function refuseOldNode() {
  const [major] = process.versions.node.split('.')
  if (Number(major) >= oldestNode) return
  throw new SetUpError(
    `Vitrine needs Node ${oldestNode} or newer to set itself up; this is ${process.version}.`,
    'install a current Node from https://nodejs.org or your package manager.',
  )
}
