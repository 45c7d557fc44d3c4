import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { type Finding, fail, looked, ok, warn } from './finding.ts'

const mebibyte = 1024 * 1024
/** Below this the next hour may fill it: Postgres stops when it cannot write. */
const roomMin = 500 * mebibyte
const roomGood = 5 * 1024 * mebibyte
/** A viewer takes one, a request one more for a moment. */
const filesMin = 4_096
const filesGood = 65_536
const nodeMin = 24

const run = promisify(execFile)

export function checkNode(version = process.versions.node): Finding[] {
  if (Number(version.split('.')[0]) >= nodeMin) return [ok('node', `Node ${version}`)]
  const advice = 'Start by `npm start`: it brings Node 24 of its own.'
  return [fail('node', `Node ${version} is older than ${nodeMin}`, advice)]
}

/** Node raises its own limit up to the hard one. */
export async function checkFiles(
  limits = readFile('/proc/self/limits', 'utf8'),
): Promise<Finding[]> {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(await limits.catch(() => ''))?.[1]
  if (line === undefined) return [ok('open files', 'this system does not tell its limit')]
  const most = line === 'unlimited' ? Infinity : Number(line)
  const says = `${line} files and sockets may be open`
  const advice =
    'Raise it: `LimitNOFILE=65536` in the systemd unit, or `ulimit -Hn 65536` before the start.'
  if (most < filesMin) return [fail('open files', `only ${says}`, advice)]
  return [most < filesGood ? warn('open files', says, advice) : ok('open files', says)]
}

/** DATA_DIR takes a file and keeps it; there is room. */
export async function checkDisk(
  dataDir: string,
  readRoom: (path: string) => Promise<{ bavail: number; bsize: number }> = statfs,
): Promise<Finding[]> {
  const advice = `Make ${dataDir} a folder that the server's user may write to, or set DATA_DIR.`
  return looked('disk', advice, async () => {
    const findings: Finding[] = []
    for (const folder of [dataDir, join(dataDir, 'pictures')]) {
      await mkdir(folder, { recursive: true })
      const probe = join(folder, `.doctor-${process.pid}`)
      const file = await open(probe, 'w')
      await file.writeFile('well')
      await file.sync()
      await file.close()
      await rm(probe)
    }
    findings.push(ok('disk', `${dataDir} and its pictures can be written to`))
    const { bavail, bsize } = await readRoom(dataDir)
    const room = bavail * bsize
    const says = `${Math.round(room / mebibyte).toLocaleString('en')} MiB are free in ${dataDir}`
    const clear = 'Free some room or move DATA_DIR: a full disk stops Postgres and recordings.'
    if (room < roomMin) findings.push(fail('room', `only ${says}`, clear))
    else findings.push(room < roomGood ? warn('room', says, clear) : ok('room', says))
    return findings
  })
}

/** A picture is made, as uploads are. */
export function checkPictures(): Promise<Finding[]> {
  return looked('pictures', 'Install the packages again: `npm ci`.', async () => {
    const create = { width: 8, height: 8, channels: 3, background: 'white' } as const
    const { length } = await sharp({ create }).webp().toBuffer()
    return [ok('pictures', `a picture could be made (${length} bytes of WebP)`)]
  })
}

/** Recording and replay run it; without it shows still run. */
export async function checkFfmpeg(program = 'ffmpeg'): Promise<Finding[]> {
  try {
    const { stdout } = await run(program, ['-version'], { timeout: 5_000 })
    return [ok('ffmpeg', /^ffmpeg version \S+/.exec(stdout)?.[0] ?? `${program} runs`)]
  } catch {
    const advice = 'Install it (Debian: apt-get install ffmpeg), or name it by FFMPEG_PATH.'
    return [warn('ffmpeg', `${program} is not there: shows are not recorded`, advice)]
  }
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
