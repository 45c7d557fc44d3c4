import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './settings.ts'

/** Puts what a run found between its two markers in the README: `<!-- soak -->` and `<!-- /soak -->`. */
export function writeBetween(name: string, text: string): void {
  const path = join(root, 'README.md')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const readme = readFileSync(path, 'utf8')
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the README has no ${open} … ${close}`)
  const before = readme.slice(0, from + open.length)
  writeFileSync(path, `${before}\n${text.trim()}\n${readme.slice(to)}`)
}
