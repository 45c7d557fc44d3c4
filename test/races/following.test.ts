import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/front.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { sanction } from '../support/stage.ts'

let house: House
let beside: House

beforeAll(async () => {
  house = await openHouse()
  beside = await openHouse({}, {}, house)
})
afterAll(async () => {
  await beside.close()
  await house.close()
})

async function newHost() {
  const host = await house.signUp('Mara')
  const plan = { title: 'Kiln opening', lineup: [] }
  const { id: showId } = await house.as(host).post<{ id: string }>('/shows', plan)
  return { host, showId }
}

async function followersOf({ id }: Person) {
  const [row] = await house.pg.rest<{ counted: number; rows: number }[]>`
    select (select followers from followed_hosts where host_id = ${id}) as counted,
      (select count(*)::int from follows where host_id = ${id}) as rows`
  return row
}

test('many who follow and unfollow in two tabs at once: the number of followers is theirs', async () => {
  const { host } = await newHost()
  const people = await house.crowd(12)
  const act = (at: House, person: Person, n: number) =>
    n % 3 === 2
      ? at.as(person).delete(`/accounts/${host.id}/follow`)
      : at.as(person).put(`/accounts/${host.id}/follow`)
  await Promise.all(
    people.flatMap((person, n) =>
      Array.from({ length: 6 }, (_, k) => act(k % 2 ? house : beside, person, n + k)),
    ),
  )
  const { counted, rows } = (await followersOf(host)) as { counted: number; rows: number }
  expect(counted).toBe(rows)
  await Promise.all(people.map((person) => act(house, person, 0)))
  expect(await followersOf(host)).toEqual({ counted: 12, rows: 12 })
})

test('a show that is begun twice, on two nodes, to more people than one call tells: one letter each, and none to whom the host has banned', async () => {
  const { host, showId } = await newHost()
  const crowd = await house.crowd(1_100)
  const ids = crowd.map(({ id }) => id)
  const [banned, reminded] = crowd as [Person, Person]
  await house.pg.rest`
    update accounts set email = id || '@example.test' where id = any(${ids}::uuid[])`
  await house.pg.rest`insert into follows(account_id, host_id, created_at)
    select a, ${host.id}, now() from unnest(${ids}::uuid[]) a`
  await house.pg.rest`insert into followed_hosts(host_id, followers) values (${host.id}, 1100)`
  await house.pg.rest`insert into show_reminders(show_id, account_id, created_at)
    values (${showId}, ${reminded.id}, now())`
  const before = await newShowOf(host)
  await sanction(house, before, banned, 'ban')

  await Promise.all([house, beside].map((at) => at.as(host).post(`/shows/${showId}/start`)))
  await until(
    () => house.pg.rest`select from follow_news`,
    (news) => news.length === 0,
  )
  const letters = await house.pg.rest<{ to: string; kind: string }[]>`
    select "to", kind from mails where "to" like '%@example.test' and kind like 'show-%'`
  expect(new Set(letters.map(({ to }) => to)).size).toBe(letters.length)
  expect(letters).toHaveLength(1_099)
  expect(letters.find(({ to }) => to.startsWith(banned.id))).toBeUndefined()
  expect(letters.filter(({ kind }) => kind === 'show-begins')).toEqual([
    { to: `${reminded.id}@example.test`, kind: 'show-begins' },
  ])
})

const newShowOf = async (host: Person) =>
  (await house.as(host).post<{ id: string }>('/shows', { title: 'Before', lineup: [] })).id

test('while letters wait to be sent no more of these are written, whatever they are', async () => {
  const { host, showId } = await newHost()
  const [aylin] = await house.crowd(1)
  const { id } = aylin as Person
  await house.pg.rest`update accounts set email = 'aylin@example.test' where id = ${id}`
  await house.as(aylin as Person).put(`/accounts/${host.id}/follow`)
  await house.pg.rest`
    insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), 'many@example.test', 'show-begins', '{}', now(), now() from generate_series(1, 3000)`
  await house.as(host).post(`/shows/${showId}/start`)
  const [row] = await until(
    () => house.pg.rest<{ waiting: number; written: number }[]>`
      select count(*) filter (where due_at <= now())::int as waiting,
        count(*) filter (where "to" = 'aylin@example.test')::int as written from mails`,
    ([counted]) => counted?.written === 1,
  )
  expect(row?.waiting).toBeLessThanOrEqual(500)
})
