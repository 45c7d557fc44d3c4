import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { Settings } from '../server/config.ts'

const root = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(root, 'README.md'), 'utf8')
const scripts = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')).scripts as object

type Setting = { default?: unknown; description?: string }

/** The README's line of a setting, as its schema has it. */
function lineOf(name: string, { default: fallback, description }: Setting): string {
  return `| \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${description} |`
}

test('every setting stands in the README as the server reads it, and no other', () => {
  const lines = Object.entries(Settings.properties).map(([name, s]) => lineOf(name, s as Setting))
  const told = readme.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line))
  expect(told).toEqual(lines)
})

test('every command that the README names is there', () => {
  const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map((m) => m[1] as string)
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

test('every picture and file that the README links is there', () => {
  const linked = [...readme.matchAll(/\]\((?!http|#)([^)]+)\)/g)].map(
    (m) => (m[1] as string).split('#')[0] as string,
  )
  expect(linked.length).toBeGreaterThan(5)
  for (const path of linked) expect(existsSync(resolve(root, path)), path).toBe(true)
})
