import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const table = readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8')
const lines = table.split('\n').flatMap((line) => {
  const [, n, , by] = /^\| (\d+) \| (.+?) \| (.+) \|$/.exec(line) ?? []
  return n === undefined || by === undefined ? [] : [{ n: Number(n), by }]
})

test('every way of abuse has its line, and each line its tests or its reason', () => {
  expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 101 }, (_, i) => i + 1))
  for (const { n, by } of lines) expect(by, `line ${n}`).toMatch(/^(— \w|\[)/)
})

test('every test that a line names is there', () => {
  const named = lines.flatMap(({ n, by }) =>
    [...by.matchAll(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)]+)\)/g)].map(([, title, path]) => ({
      n,
      title: title as string,
      path: path as string,
    })),
  )
  expect(named.length).toBeGreaterThan(90)
  const lost = named.filter(
    ({ title, path }) => !readFileSync(resolve(import.meta.dirname, path), 'utf8').includes(title),
  )
  expect(lost).toEqual([])
})
