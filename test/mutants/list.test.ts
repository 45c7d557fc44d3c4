import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { mutants } from './list.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(resolve(root, file), 'utf8')

test.each(mutants)(
  '"$fault" can still be planted, and its test is there',
  ({ edits, test: by }) => {
    for (const { file, from } of edits) expect(read(file).split(from).length - 1, file).toBe(1)
    expect(read(by.file)).toContain(by.name)
  },
)

test('the README has every fault', () => {
  const readme = read('README.md')
  expect(mutants.filter(({ fault }) => !readme.includes(fault)).map(({ fault }) => fault)).toEqual(
    [],
  )
})
