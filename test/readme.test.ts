import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Settings } from '../server/config.ts'

const root = resolve(import.meta.dirname, '..')
const readme = readFileSync(resolve(root, 'README.md'), 'utf8')
const scripts = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')).scripts as object

/** The front page, and those of the rooms. */
const rooms = ['server', 'client', 'shared', 'scripts', 'test']
const pages = [
  'README.md',
  ...rooms.flatMap((room) => globSync(`${room}/**/README.md`, { cwd: root })),
]

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

describe.each(pages)('%s', (page) => {
  const text = readFileSync(resolve(root, page), 'utf8')

  test('names commands that are there', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map((m) => m[1] as string)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  test('links pictures and files that are there', () => {
    const linked = [...text.matchAll(/\]\((?!http|#)([^)#]+)/g)].map((m) => m[1] as string)
    const missing = linked.filter((path) => !existsSync(resolve(root, dirname(page), path)))
    expect(missing).toEqual([])
  })

  test('links headings that are there', () => {
    const linked = [...text.matchAll(/\]\((?!http)([^)#]*)#([^)]+)\)/g)]
    const missing = linked.filter(([, path, heading]) => {
      const other = path ? resolve(root, dirname(page), path) : resolve(root, page)
      return !headingsOf(readFileSync(other, 'utf8')).includes(heading as string)
    })
    expect(missing.map(([link]) => link)).toEqual([])
  })
})

/** As GitHub names them in links. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((m) => m[1] as string)
  return headings.map((one) =>
    one
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  )
}
