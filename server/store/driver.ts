import { createRequire, registerHooks } from 'node:module'
import type postgresModule from 'postgres'
import { repairs } from './driver-repairs.ts'

/**
 * The Postgres driver, with repairs. Version 3.4.9 ends the process when a backend dies during a
 * transaction, runs statements of a dead transaction inside somebody else's, can begin one without
 * keeping its connection, and leaves connections that never work again (its issues 1133, 1186, 1189,
 * 1193, 1208, 1216). `driver-repairs.ts` says what is changed and why; a version that the repairs do
 * not fit is refused at start. Nothing is written to disk: the source is changed while it is loaded.
 */
export const postgres = loadRepaired()

function loadRepaired(): typeof postgresModule {
  const require = createRequire(import.meta.url)
  const pending = new Set(Object.keys(repairs))
  const hooks = registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const file = Object.keys(repairs).find((name) => url.endsWith(`/postgres/cjs/src/${name}`))
      if (!file) return loaded
      pending.delete(file)
      return { ...loaded, source: repaired(file, String(loaded.source)) }
    },
  })
  try {
    const driver = require('postgres') as typeof postgresModule
    if (pending.size > 0) throw new Error(`postgres was loaded without repairs: ${[...pending]}`)
    return driver
  } finally {
    hooks.deregister()
  }
}

function repaired(file: string, source: string): string {
  let text = source
  for (const { find, put } of repairs[file] ?? []) {
    if (text.split(find).length !== 2) {
      throw new Error(`the repairs of postgres 3.4.9 do not fit ${file}:\n${find}`)
    }
    text = text.replace(find, () => put)
  }
  return text
}
