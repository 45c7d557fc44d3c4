import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../server/base/ids.ts'
import { until } from '../support/front.ts'
import { type House, openHouse, Unexpected } from '../support/house.ts'
import { address } from '../support/stage.ts'

let house: House
let second: House

beforeAll(async () => {
  house = await openHouse()
  second = await openHouse({}, {}, house)
})
afterAll(async () => {
  await second.close()
  await house.close()
})

const codeOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  )
  return error instanceof Unexpected ? error.problem.code : error
}

test('signing out ends the session on every process, sockets too', async () => {
  const ann = await house.signUp('Ann')
  const line = await second.socket(ann)
  const gone = line.next<{ code: string }>('session:ended')
  const closed = new Promise((resolve) => line.socket.once('disconnect', resolve))
  await house.as(ann).delete('/sessions/current')
  expect((await gone).code).toBe('UNAUTHENTICATED')
  await closed
  expect(await codeOf(second.as(ann).get('/me'))).toBe('UNAUTHENTICATED')
  await expect(second.socket(ann)).rejects.toMatchObject({ data: { code: 'UNAUTHENTICATED' } })
})

test('a first visit asks who it is, and nobody is an answer', async () => {
  const asked = (token?: string) =>
    house.call('GET', '/sessions/current', token === undefined ? {} : { token })
  expect(await asked()).toEqual({ me: null })
  const ida = await house.signUp('Ida')
  expect(await asked(ida.token)).toMatchObject({
    me: { account: { id: ida.id }, email: ida.email },
  })
})

test('an address has one account, whatever its case, and a wrong password tells nothing', async () => {
  const bea = await house.signUp('Bea')
  const again = { email: bea.email.toUpperCase(), password: 'correct horse', displayName: 'Bea' }
  expect(await codeOf(house.call('POST', '/accounts', { body: again }))).toBe('CONFLICT')
  const wrong = (email: string) =>
    house.call('POST', '/sessions', { body: { email, password: 'wrong horse' } })
  const answers = await Promise.all(
    [bea.email, 'nobody@example.test'].map((email) =>
      wrong(email).catch((e: Unexpected) => e.problem),
    ),
  )
  expect(answers.map((a) => ({ ...(a as object), instance: '' }))).toEqual(
    Array(2).fill(
      expect.objectContaining({
        code: 'UNAUTHENTICATED',
        detail: 'This address and password do not fit together.',
      }),
    ),
  )
})

test('a forgotten password: a mailed link works once, and every older session ends', async () => {
  const cem = await house.signUp('Cem')
  await house.call('POST', '/passwords/forgotten', { body: { email: cem.email } })
  await house.call('POST', '/passwords/forgotten', { body: { email: 'nobody@example.test' } })
  const token = await mailedToken(cem.email)
  const body = { token, password: 'another horse' }
  const { token: fresh } = await house.call<{ token: string }>('POST', '/passwords/reset', { body })
  expect(await codeOf(house.as(cem).get('/me'))).toBe('UNAUTHENTICATED')
  expect(await house.as({ token: fresh }).get<{ email: string }>('/me')).toMatchObject({
    email: cem.email,
  })
  expect(await codeOf(house.call('POST', '/passwords/reset', { body }))).toBe('GONE')
})

test('of two links for a new password that are used at the same moment one works, on two processes', async () => {
  const cem = await house.signUp('Cem')
  const links = ['oldest', 'old', 'new'].map((name) => name.padEnd(43, 'x'))
  for (const link of links) {
    await house.pg.rest`insert into password_resets(token_hash, account_id, expires_at)
      values (${sha256(link)}, ${cem.id}, now() + interval '1 hour')`
  }
  const [oldest = '', ...used] = links
  const answers = await house.pg.rest.begin(async (tx) => {
    // Both are under way, and neither gets past this one, which whoever is first takes away.
    await tx`select from password_resets where token_hash = ${sha256(oldest)} for update`
    const use = (at: House, token = '') =>
      codeOf(at.call('POST', '/passwords/reset', { body: { token, password: 'another horse' } }))
    const answers = [use(house, used[0]), use(second, used[1])]
    await until(
      async () => {
        await tx`select` // is not left idle
        return house.pg.jobs`select from pg_stat_activity
          where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`
      },
      (waiting) => waiting.length === answers.length,
    )
    return { answers }
  })
  expect((await Promise.all(answers.answers)).toSorted()).toEqual(['GONE', undefined])
})

/** The token in the letter to this address, once it is there. */
async function mailedToken(email: string): Promise<string> {
  const folder = join(house.env.DATA_DIR as string, 'mail')
  const read = async () => {
    const names = await readdir(folder).catch(() => [])
    const letters = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
    const mine = letters.find((letter) => letter.includes(email))?.replaceAll(/=\r?\n/g, '')
    return /reset#(?:3D)?([A-Za-z0-9_-]{43})/.exec(mine ?? '')?.[1]
  }
  await expect.poll(read, { timeout: 10_000 }).toBeDefined()
  return (await read()) as string
}

test('an address book is its owner\u2019s alone', async () => {
  const [dan, eva] = [await house.signUp('Dan'), await house.signUp('Eva')]
  const saved = await house.as(dan).post<{ id: string }>('/me/addresses', address)
  expect(await house.as(dan).get('/me')).toMatchObject({
    addresses: [{ id: saved.id, city: 'Porto' }],
  })
  const path = `/me/addresses/${saved.id}`
  expect(await codeOf(house.as(eva).put(path, address))).toBe('NOT_FOUND')
  expect(await codeOf(house.as(eva).delete(path))).toBe('NOT_FOUND')
  await house.as(dan).put(path, { ...address, city: 'Braga' })
  expect(await house.as(dan).get('/me/addresses')).toMatchObject({ items: [{ city: 'Braga' }] })
  await house.as(dan).delete(path)
  expect(await house.as(dan).get('/me/addresses')).toMatchObject({ items: [] })
})

test('with limits on, too many sign-ups from one address wait, and are told how long', async () => {
  const limited = await openHouse({ RATE_LIMITS: 'on' })
  try {
    const codes: unknown[] = []
    let problem: Unexpected | undefined
    for (let i = 0; i < 30 && !problem; i++) {
      const body = {
        email: `${i}@example.test`,
        password: 'correct horse',
        displayName: `Person ${i}`,
      }
      const error = await limited.call('POST', '/accounts', { body }).catch((e: Unexpected) => e)
      if (error instanceof Unexpected) problem = error
      else codes.push('ok')
    }
    expect(codes.length).toBeGreaterThanOrEqual(10)
    expect(problem?.status).toBe(429)
    expect(problem?.problem.code).toBe('RATE_LIMITED')
    expect(problem?.problem.retryAfterMs).toBeGreaterThan(0)
  } finally {
    await limited.close()
  }
})
