// What the launcher reads from its environment. The server reads its own in server/config.ts.

import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export type Settings = ReturnType<typeof readSettings>

export function readSettings(env: NodeJS.ProcessEnv = process.env) {
  const dataDir = resolve(root, env.DATA_DIR || '.data')
  const host = env.HOST || '127.0.0.1'
  const port = count('PORT', env.PORT, 3000)
  const isProduction = env.NODE_ENV === 'production'
  return {
    dataDir,
    host,
    port,
    isProduction,
    isDev: env.VITRINE_DEV === '1',
    webProcesses: count('WEB_PROCESSES', env.WEB_PROCESSES, 1),
    publicUrl: env.PUBLIC_URL || `http://${host}:${port}`,
    /** The way to our own server, whatever address it listens on. */
    localUrl: `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host}:${port}`,
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    redisProgram: env.REDIS_SERVER_BIN || 'redis-server',
    /** Demo data belongs to a database that is ours and not in earnest. */
    hasDemo: !env.DATABASE_URL && !isProduction,
    cores: availableParallelism(),
    at: (name: string) => join(dataDir, name),
  }
}

function count(name: string, given: string | undefined, otherwise: number): number {
  const value = given ? Number(given) : otherwise
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value
  throw new Error(`${name} is ${given}: give a whole number above 0`)
}
