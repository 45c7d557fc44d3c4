import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetOldReminders } from '../../server/features/shows/jobs.ts'
import { remindersMax } from '../../shared/limits.ts'
import { until } from '../support/front.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'
import { lettersTo, told } from '../support/letters.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function planned(title = 'Kiln opening') {
  const host = await house.signUp('Mara')
  const desk = house.as(host)
  const { id } = await desk.post<{ id: string }>('/shows', { title, lineup: [] })
  return { id, desk, title }
}

const put = (person: Person, showId: string) => house.as(person).put(`/shows/${showId}/reminder`)
const mine = async (person: Person) =>
  (await house.as(person).get<{ items: string[] }>('/me/reminders')).items

/** Until somebody else waits for what this transaction has locked. */
const keepsWaiting = (tx: TransactionSql) =>
  until(
    () => tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`,
    (waiting) => waiting.length > 0,
  )

test('who asked is told once when the show begins, and nobody else', async () => {
  const { id, desk } = await planned()
  const [aylin, bo, cem] = [
    await house.signUp('Aylin'),
    await house.signUp('Bo'),
    await house.signUp('Cem'),
  ]
  for (const person of [aylin, bo]) await put(person, id)
  await put(aylin, id)
  await house.as(bo).delete(`/shows/${id}/reminder`)
  expect([await mine(aylin), await mine(bo), await mine(cem)]).toEqual([[id], [], []])

  await desk.post(`/shows/${id}/start`)
  const letters = await told(house, aylin, 'Kiln opening begins now')
  expect(letters).toHaveLength(1)
  expect(letters[0]).toContain(`http://shop.test/s/${id}`)
  expect([lettersTo(house, bo), lettersTo(house, cem), await mine(aylin)]).toEqual([[], [], []])
  expect(await codeOf(put(cem, id))).toBe('CONFLICT')
})

test('who waits for a show that is called off is told so', async () => {
  const { id, desk } = await planned('Glaze talk')
  const aylin = await house.signUp('Aylin')
  await put(aylin, id)
  await desk.patch(`/shows/${id}`, { title: 'Glaze talk, again' })
  await desk.patch(`/shows/${id}`, { status: 'canceled' })
  expect(await told(house, aylin, 'Glaze talk, again was canceled')).toHaveLength(1)
})

test('a reminder that races the start is either told or refused', async () => {
  const { id, desk } = await planned('Race')
  const people = await Promise.all(Array.from({ length: 12 }, () => house.signUp('Aylin')))
  const [answers] = await Promise.all([
    Promise.all(people.map((person) => codeOf(put(person, id)))),
    desk.post(`/shows/${id}/start`),
  ])
  const asked = people.filter((_, n) => answers[n] === 'ok')
  for (const person of asked) await told(house, person, 'Race begins now')
  expect(people.filter((person) => lettersTo(house, person).length > 0)).toEqual(asked)
  expect(answers.filter((code) => code !== 'ok' && code !== 'CONFLICT')).toEqual([])
})

test('guests are asked to sign in, and nobody keeps more than there is room for', async () => {
  const { id } = await planned()
  expect(await codeOf(put(await house.guest(), id))).toBe('UNAUTHENTICATED')
  const aylin = await house.signUp('Aylin')
  expect(await codeOf(put(aylin, aylin.id))).toBe('NOT_FOUND')
  await house.pg.rest`
    insert into show_reminders(show_id, account_id, created_at)
    select gen_random_uuid(), ${aylin.id}, now() from generate_series(1, ${remindersMax})`
  expect(await codeOf(put(aylin, id))).toBe('CONFLICT')
  expect(await mine(aylin)).not.toContain(id)
})

test('reminders of shows that never began go, and no others', async () => {
  const aylin = await house.signUp('Aylin')
  const shows = await Promise.all(
    ['late', 'long past', 'no hour', 'no hour, long ago', 'to come'].map((title) => planned(title)),
  )
  const [late, past, open, forgotten, ahead] = shows.map(({ id }) => id) as [
    string,
    string,
    string,
    string,
    string,
  ]
  for (const { id } of shows) await put(aylin, id)
  const hour = (id: string, from: string) =>
    house.pg.rest`update shows set starts_at = now() + ${from}::interval where id = ${id}`
  await Promise.all([hour(late, '-6 days'), hour(past, '-8 days'), hour(ahead, '8 days')])
  await house.pg.rest`update show_reminders set created_at = now() - interval '91 days'
    where show_id in (${forgotten}, ${ahead})`
  await forgetOldReminders({ sql: house.pg.jobs })
  expect(new Set(await mine(aylin))).toEqual(new Set([late, open, ahead]))
})

test('the last place of somebody who asks for two shows at once goes to one of them', async () => {
  const [one, other] = [await planned(), await planned()]
  const aylin = await house.signUp('Aylin')
  await house.pg.rest`
    insert into show_reminders(show_id, account_id, created_at)
    select gen_random_uuid(), ${aylin.id}, now() from generate_series(2, ${remindersMax})`
  const second = await house.pg.rest.begin(async (tx) => {
    const args = { showId: one.id, accountId: aylin.id, most: remindersMax }
    await tx`select remind_v1(${tx.json(args)})`
    const answer = codeOf(put(aylin, other.id))
    await keepsWaiting(tx)
    return { answer }
  })
  expect(await second.answer).toBe('CONFLICT')
})

test('of more people than one call tells each has one letter, on two nodes at once, and none who takes it back as they are told', async () => {
  const { id, desk } = await planned('Full house')
  const crowd = await house.crowd(1_100)
  const ids = crowd.map((person) => person.id)
  await house.pg.rest`
    insert into show_reminders(show_id, account_id, created_at)
    select ${id}, a, now() from unnest(${ids}::uuid[]) a`
  await house.pg.rest`
    update accounts set email = id || '@example.test' where id = any(${ids}::uuid[])`
  const beside = await openHouse({}, {}, house)
  await house.pg.rest.begin(async (tx) => {
    const [first] = ids.toSorted()
    await tx`delete from show_reminders where show_id = ${id} and account_id = ${first as string}`
    await desk.post(`/shows/${id}/start`)
    await keepsWaiting(tx)
  })
  const [row] = await until(
    () => house.pg.rest<{ letters: number; people: number; left: number }[]>`
      select count(*)::int as letters, count(distinct "to")::int as people,
        (select count(*)::int from shows where id = ${id} and tell_at is not null) as left
      from mails where "to" in (select email from accounts where id = any(${ids}::uuid[]))`,
    ([counted]) => counted?.left === 0,
  )
  expect(row).toMatchObject({ letters: 1_099, people: 1_099 })
  await beside.close()
})
