import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launcherOf } from '../dev/house-lock.ts'
import { keptSecret } from '../dev/keep.ts'
import { openToLook } from '../dev/look.ts'
import { readSettings, type Settings } from '../dev/settings.ts'

/** Where everything is: given by the environment, or of DATA_DIR's own. */
export type House = {
  settings: Settings
  env: Record<string, string | undefined>
  running: boolean
  databaseUrl: string | undefined
  /** Undefined: a Redis of DATA_DIR's own, which runs only while the house does. */
  redisUrl: string | undefined
}

/** Brings the house's own Postgres up for as long as it is looked at, when nobody else has. */
export async function openHouse(open: AsyncDisposableStack): Promise<House> {
  const settings = readSettings()
  const running = await isRunning(settings)
  const databaseUrl = settings.databaseUrl ?? (await openToLook(settings, open))
  const redisUrl = settings.redisUrl ?? (running ? ownRedis(settings) : undefined)
  const env = {
    ...process.env,
    DATA_DIR: settings.dataDir,
    DATABASE_URL: databaseUrl ?? 'postgres://vitrine:unknown@127.0.0.1/vitrine',
    REDIS_URL: redisUrl ?? 'redis://:unknown@127.0.0.1',
    ...(settings.isProduction
      ? {}
      : { SESSION_SECRET: process.env['SESSION_SECRET'] || 'x'.repeat(32) }),
  }
  return { settings, env, running, databaseUrl, redisUrl }
}

/** A server of ours answers on the port; with a launcher of this folder or without. */
async function isRunning({ localUrl, at }: Settings): Promise<boolean> {
  if (launcherOf(at('launcher.pid')) !== undefined) return true
  try {
    const answer = await fetch(`${localUrl}/healthz`, { signal: AbortSignal.timeout(2_000) })
    return answer.ok && ((await answer.json()) as { status?: string }).status === 'ok'
  } catch {
    return false
  }
}

/** Undefined where none was started yet: what answers on the port may be another folder's. */
function ownRedis({ at }: Settings): string | undefined {
  const port = join(at('redis'), 'port')
  if (!existsSync(port)) return undefined
  const password = keptSecret(join(at('redis'), 'password'))
  return `redis://:${password}@127.0.0.1:${readFileSync(port, 'utf8')}`
}
