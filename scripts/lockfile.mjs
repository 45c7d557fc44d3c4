// Says whether package-lock.json holds every optional package that its entries ask for.
//
// A registry mirror may lack some platform builds of a fresh release. `npm install` then leaves
// them out of the lock without a word, and `npm ci` refuses that lock on every machine.
// Run it after each change of dependencies: node scripts/lockfile.mjs

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const lockPath = new URL('../package-lock.json', import.meta.url)

/** The optional packages that the lock should hold and does not, one sentence each. */
export function missingFromLock() {
  const { packages } = JSON.parse(readFileSync(lockPath, 'utf8'))
  const missing = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isReachable(packages, path, name)) missing.push(`${name}, wanted by ${path || 'us'}`)
    }
  }
  return missing
}

/** Looks the name up as Node would: in this package's folder, then in each one around it. */
function isReachable(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true
    if (!at) return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = missingFromLock()
  for (const line of missing) console.error(`missing from package-lock.json: ${line}`)
  process.exitCode = missing.length > 0 ? 1 : 0
}
