import { expect, it } from 'vitest'
import type { Sql } from '../../store/postgres.ts'
import { Gates } from './gates.ts'

it('keeps the gates of shows, and of none that there is not', async () => {
  const shows = new Set(['a'])
  const asked: string[] = []
  const sql = (_: TemplateStringsArray, showId: string) => {
    asked.push(showId)
    return Promise.resolve(shows.has(showId) ? [{ over: false, banned: [] }] : [])
  }
  const gates = new Gates(sql as unknown as Sql, () => 0)
  expect(await gates.of('a')).toMatchObject({ over: false })
  for (let n = 0; n < 1_000; n++) expect(await gates.of(`made up ${n}`)).toBeUndefined()
  asked.length = 0
  await gates.of('a')
  expect(asked).toEqual([])
  shows.add('made up 999')
  expect(await gates.of('made up 999')).toMatchObject({ over: false })
})
