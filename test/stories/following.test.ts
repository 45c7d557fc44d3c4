import { afterAll, beforeAll, expect, test } from 'vitest'
import { followsMax } from '../../shared/limits.ts'
import type { HostCard } from '../../shared/wire/following.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { until } from '../support/front.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'
import { told } from '../support/letters.ts'
import { sanction } from '../support/stage.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function newHost(name = 'Mara') {
  const host = await house.signUp(name)
  const desk = house.as(host)
  const plan = async (title = 'Kiln opening', startsAt?: string) =>
    (await desk.post<Show>('/shows', { title, lineup: [], ...(startsAt && { startsAt }) })).id
  return { host, desk, plan, showId: await plan() }
}

const follow = (person: Person, host: Person) => house.as(person).put(`/accounts/${host.id}/follow`)
const unfollow = (person: Person, host: Person) =>
  house.as(person).delete(`/accounts/${host.id}/follow`)
const cardOf = (host: Person) => house.call<HostCard>('GET', `/hosts/${host.id}`)
const followedBy = async (person: Person) =>
  (await house.as(person).get<{ items: { id: string }[] }>('/me/following')).items.map(
    ({ id }) => id,
  )

/** Until all who were to hear of what has begun have their letter written. */
const allTold = (showId: string) =>
  until(
    () => house.pg.rest`select from follow_news where show_id = ${showId}`,
    (news) => news.length === 0,
  )

/** Letters to somebody, sent or not. */
const written = async ({ email }: Person) =>
  (await house.pg.rest`select from mails where "to" = ${email}`).length

test('who follows a host has one letter when they begin; who does not has none', async () => {
  const { host, desk, showId } = await newHost()
  const [aylin, bo, cem] = [
    await house.signUp('Aylin'),
    await house.signUp('Bo'),
    await house.signUp('Cem'),
  ]
  for (const person of [aylin, aylin, bo]) await follow(person, host)
  await unfollow(bo, host)
  expect([await followedBy(aylin), await followedBy(bo)]).toEqual([[host.id], []])
  expect(await cardOf(host)).toEqual({
    id: host.id,
    displayName: 'Mara',
    shop: null,
    followers: 1,
    shows: 0,
  })
  await desk.post(`/shows/${showId}/start`)
  await desk.post(`/shows/${showId}/start`)
  const [letter] = await told(house, aylin, 'Mara is live: Kiln opening')
  await allTold(showId)
  expect(await Promise.all([aylin, bo, cem].map(written))).toEqual([1, 0, 0])
  expect(letter).toContain(`http://shop.test/s/${showId}`)
  expect(await cardOf(host)).toMatchObject({ shows: 1 })
})

test('who also asked to be reminded of the show has the reminder alone', async () => {
  const { host, desk, showId } = await newHost()
  const [aylin, bo] = [await house.signUp('Aylin'), await house.signUp('Bo')]
  for (const person of [aylin, bo]) await follow(person, host)
  await house.as(aylin).put(`/shows/${showId}/reminder`)
  await desk.post(`/shows/${showId}/start`)
  await told(house, bo, 'is live')
  await allTold(showId)
  await told(house, aylin, 'Kiln opening begins now')
  expect(await written(aylin)).toBe(1)
})

test('a host is told how many letters a show will be, and so many they are', async () => {
  const { host, desk, showId, plan } = await newHost()
  const before = await plan('Before')
  const people = await Promise.all(['Aylin', 'Bo', 'Cem', 'Dora'].map((name) => house.signUp(name)))
  const [aylin, bo, cem, dora] = people as [Person, Person, Person, Person]
  for (const person of [aylin, bo, cem]) await follow(person, host)
  for (const person of [aylin, dora]) await house.as(person).put(`/shows/${showId}/reminder`)
  await sanction(house, before, cem, 'ban')
  const letters = async (id: string) =>
    (await desk.get<{ people: number }>(`/shows/${id}/letters`)).people
  // Aylin as well, whom two ways lead to; Cem is banned.
  expect(await letters(showId)).toBe(3)
  expect(await codeOf(house.as(bo).get(`/shows/${showId}/letters`))).toBe('FORBIDDEN')
  await desk.post(`/shows/${showId}/start`)
  await told(house, bo, 'is live')
  await allTold(showId)
  expect(await Promise.all(people.map(written))).toEqual([1, 1, 0, 1])
  expect(await letters(await plan('Later today'))).toBe(0)
})

test('a second show of the same day is told to nobody, and one that is over when its turn comes neither', async () => {
  const { host, desk, showId, plan } = await newHost()
  const aylin = await house.signUp('Aylin')
  await follow(aylin, host)
  await desk.post(`/shows/${showId}/start`)
  await told(house, aylin, 'is live')
  const second = await plan('Glaze talk')
  await desk.post(`/shows/${second}/start`)
  await allTold(second)
  expect(await written(aylin)).toBe(1)

  await forgetToday()
  const third = await plan('Seconds sale')
  await desk.post(`/shows/${third}/start`)
  await told(house, aylin, 'Seconds sale')

  await forgetToday()
  const over = await plan('Over already')
  await desk.post(`/shows/${over}/start`)
  await told(house, aylin, 'Over already')
  await desk.post(`/shows/${over}/end`)
  await forgetToday()
  await house.pg.rest`delete from mails where "to" = ${aylin.email}`
  await house.pg.rest`
    insert into follow_news(show_id, host_id, created_at) values (${over}, ${host.id}, now())`
  await allTold(over)
  expect(await written(aylin)).toBe(0)
})

/** As if every host had begun last a day ago. */
const forgetToday = () =>
  house.pg.rest`update followed_hosts set told_at = told_at - interval '1 day'`

test('the link in a letter ends these letters without signing in, by hand and by the button of a mail program', async () => {
  const { host, desk, showId } = await newHost()
  const people = [await house.signUp('Aylin'), await house.signUp('Bo')]
  for (const person of people) await follow(person, host)
  await desk.post(`/shows/${showId}/start`)
  const ends: string[] = []
  for (const person of people) {
    const [letter = ''] = await told(house, person, 'is live')
    const [, end] = /^List-Unsubscribe: <(\S+)>\r?$/im.exec(letter.replace(/\r\n\s/g, ' ')) ?? []
    expect(letter).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/im)
    expect(letter.replaceAll(/=\r?\n/g, '')).toContain(`Unfollow Mara: ${end}`)
    ends.push(end as string)
  }
  const [byHand, byButton] = ends.map((end) => new URL(end).pathname) as [string, string]

  expect(await house.call('GET', byHand)).toEqual({ host: { id: host.id, displayName: 'Mara' } })
  for (const _again of [1, 2]) await house.call('DELETE', byHand)
  expect(await house.call('GET', byHand)).toEqual({ host: null })

  const press = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${house.url}${byButton}`, { method: 'POST', body, headers: { 'content-type': type } })
  expect((await press('')).status).toBe(400)
  expect(await cardOf(host)).toMatchObject({ followers: 1 })
  expect((await press('List-Unsubscribe=One-Click')).status).toBe(200)
  expect((await press('List-Unsubscribe=One-Click')).status).toBe(200)
  expect(await cardOf(host)).toMatchObject({ followers: 0 })
  expect((await press('x'.repeat(5_000))).status).toBe(413)
})

test('only hosts are followed, by people who are signed in, and never by themselves', async () => {
  const { host } = await newHost()
  const aylin = await house.signUp('Aylin')
  expect(await codeOf(follow(await house.guest(), host))).toBe('UNAUTHENTICATED')
  expect(await codeOf(follow(host, host))).toBe('CONFLICT')
  expect(await codeOf(follow(host, aylin))).toBe('NOT_FOUND')
  expect(await codeOf(house.call('GET', `/hosts/${aylin.id}`))).toBe('NOT_FOUND')
  expect(await codeOf(unfollow(aylin, host))).toBe('ok')
  expect(await cardOf(host)).toMatchObject({ followers: 0 })
})

test('nobody follows more hosts than there is room for, and whom they follow comes in pages', async () => {
  const [one, other] = [await newHost('One'), await newHost('Other')]
  const aylin = await house.signUp('Aylin')
  const hosts = await house.crowd(followsMax - 1)
  await house.pg.rest`
    insert into follows(account_id, host_id, created_at)
    select ${aylin.id}, h, now() from unnest(${hosts.map(({ id }) => id)}::uuid[]) h`
  // The last place, asked for twice at once.
  const second = await house.pg.rest.begin(async (tx) => {
    const args = { accountId: aylin.id, hostId: one.host.id, most: followsMax }
    await tx`select follow_v1(${tx.json(args)})`
    const answer = codeOf(follow(aylin, other.host))
    await until(
      () => tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`,
      (waiting) => waiting.length > 0,
    )
    return { answer }
  })
  expect(await second.answer).toBe('CONFLICT')
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: { id: string }[]; nextCursor: string | null } = await house
      .as(aylin)
      .get(`/me/following?limit=100${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(seen[0]).toBe(one.host.id)
  expect([seen.length, new Set(seen).size]).toEqual([followsMax, followsMax])
})

test('shows of hosts one follows: what is on, and what is to come, the soonest first', async () => {
  const [mara, ida] = [await newHost('Mara'), await newHost('Ida')]
  const aylin = await house.signUp('Aylin')
  const mine = () => house.as(aylin).get<{ on: Show[]; later: Show[] }>('/me/following/shows')
  await follow(aylin, mara.host)
  const inHours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
  const tomorrow = await mara.plan('Tomorrow', inHours(24))
  const today = await mara.plan('Today', inHours(2))
  await mara.plan('Long over', inHours(-3))
  await mara.desk.post(`/shows/${mara.showId}/start`)
  await ida.desk.post(`/shows/${ida.showId}/start`)
  const { on, later } = await mine()
  expect([on, later].map((shows) => shows.map(({ id }) => id))).toEqual([
    [mara.showId],
    [today, tomorrow],
  ])
})
