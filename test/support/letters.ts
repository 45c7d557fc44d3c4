import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './front.ts'
import type { House, Person } from './house.ts'

/** The letters that left the house to somebody: their text. */
export function lettersTo(house: House, { email }: Person): string[] {
  const box = join(house.env['DATA_DIR'] as string, 'mail')
  return (existsSync(box) ? readdirSync(box) : [])
    .filter((file) => file.endsWith('.eml'))
    .map((file) => readFileSync(join(box, file), 'utf8'))
    .filter((letter) => letter.includes(email))
}

/** The same, once one of them says this. */
export const told = (house: House, person: Person, words: string) =>
  until(
    async () => lettersTo(house, person),
    (letters) => letters.some((letter) => letter.includes(words)),
  )
