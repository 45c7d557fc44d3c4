// Looks at everything the house stands on, and says of each thing how it is and what to do about it.

import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { askedOf, readCommand, toldMisuse } from '../dev/arguments.ts'
import { interruptedCode, interruption, untilAborted } from '../dev/interrupt.ts'
import { type Finding, ok } from './finding.ts'
import { type House, openHouse } from './house.ts'
import { checkHttp } from './http.ts'
import { checkDisk, checkFfmpeg, checkFiles, checkNode, checkPictures } from './machine.ts'
import { checkMail } from './mail.ts'
import { checkMedia } from './media.ts'
import { checkPostgres } from './postgres.ts'
import { checkRedis } from './redis.ts'
import { checkSettings } from './settings.ts'
import { checkIceServers } from './turn.ts'

const usage = 'npm run doctor -- [--json]'
const options = { json: { type: 'boolean', default: false } } as const

const { json } = askedOf(() => readCommand(usage, { options })).values
// A check that was cut off by an interruption is not waited for.
process.exit(await look().catch(toldMisuse))

async function look(): Promise<number> {
  const interrupted = interruption()
  await using open = new AsyncDisposableStack()
  const house = await openHouse(open)
  const findings = await Promise.race([examine(house), untilAborted(interrupted)])
  if (findings === undefined) return interruptedCode
  if (json) console.log(JSON.stringify({ running: house.running, findings }, null, 2))
  else print(house, findings)
  return findings.some(({ status }) => status === 'fail') ? 1 : 0
}

async function examine({
  settings,
  env,
  running,
  databaseUrl,
  redisUrl,
}: House): Promise<Finding[]> {
  const { dataDir, host, port, localUrl, publicUrl, webProcesses: processes } = settings
  const { config, findings } = checkSettings(env)
  const media = {
    listenIp: config?.MEDIA_LISTEN_IP ?? '127.0.0.1',
    announcedAddress: config?.MEDIA_ANNOUNCED_ADDRESS,
    port: config?.MEDIA_PORT ?? 40_000,
    processes,
    workers: config?.MEDIA_WORKERS ?? availableParallelism(),
    workerBin: config?.MEDIASOUP_WORKER_BIN,
  }
  const parts = await Promise.all([
    checkFiles(),
    checkDisk(dataDir),
    databaseUrl
      ? checkPostgres(databaseUrl, { processes })
      : one(ok('postgres', 'none yet: the first start makes one in DATA_DIR')),
    redisUrl
      ? checkRedis(redisUrl)
      : one(ok('redis', 'one of our own starts and stops with the house')),
    checkHttp({ host, port, localUrl, publicUrl, running }),
    checkMedia(media, running ? localUrl : undefined),
    checkIceServers(config?.iceServers ?? [], config?.TURN_SECRET),
    checkMail(config?.SMTP_URL, settings.isProduction),
    checkPictures(),
    checkFfmpeg(env['FFMPEG_PATH']),
  ])
  return [...findings, ...checkNode(), ...parts.flat()]
}

function one(finding: Finding): Promise<Finding[]> {
  return Promise.resolve([finding])
}

function print({ running, settings }: House, all: Finding[]): void {
  console.log(
    `\nVitrine in ${settings.dataDir} ${running ? 'is running' : 'is not running: its ports are tried as it would use them'}.\n`,
  )
  const marks = {
    ok: styleText('green', '✓'),
    warn: styleText('yellow', '!'),
    fail: styleText('red', '✗'),
  }
  for (const { status, check, says, advice } of all) {
    console.log(`${marks[status]} ${check}: ${says}`)
    if (advice !== undefined) console.log(`    → ${advice}`)
  }
  const count = (status: Finding['status']) =>
    all.filter((finding) => finding.status === status).length
  console.log(`\n${count('ok')} well, ${count('warn')} to think about, ${count('fail')} to repair.`)
}
