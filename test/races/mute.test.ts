import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Who } from '../../server/base/who.ts'
import { auditLog } from '../../server/events/audit.ts'
import { codeOf, openTalk, type Talk } from '../support/talk.ts'

const rounds = 100
/** People who talk at the same time as the one who is muted. */
const others = 20
const messages = 5
/** A hundred rounds on a machine that has other things to do. */
const raceMs = 180_000
/** A mute that outlives its round, however slow. */
const durationMs = 600_000
/** Nobody knows whether it was done: a busy machine may answer this, and the laws hold all the same. */
const unknown = 'UNAVAILABLE'

let talk: Talk
let beside: ReturnType<Talk['beside']>

beforeAll(async () => {
  talk = await openTalk()
  beside = talk.beside()
})
afterAll(() => talk.close())

/** As a moderator who presses again until it is done; the answer is the acknowledgement. */
async function acknowledged(act: () => Promise<unknown>): Promise<void> {
  let code = unknown
  while (code === unknown) code = await codeOf(act())
  expect(code).toBe('ok')
}

const count = (codes: string[], wanted: string) => codes.filter((code) => code === wanted).length

/** What was acknowledged is there; beside it at most what nobody knew of. */
function isWhatWasSaid(n: number, codes: string[]): void {
  expect(n).toBeGreaterThanOrEqual(count(codes, 'ok'))
  expect(n).toBeLessThanOrEqual(count(codes, 'ok') + count(codes, unknown))
}

type Act = (moderator: Who, person: { showId: string; accountId: string }) => Promise<void>

/**
 * Two processes full of messages, and a third party's act in the middle. What is said with a later
 * seq than the act would be a message after the acknowledgement.
 */
async function race(act: Act, type: string, code: string): Promise<void> {
  const seen = { before: 0, after: 0 }
  const crowd = await talk.people(others)
  for (let round = 0; round < rounds; round += 1) {
    const { showId, viewer, moderator } = await talk.open()
    const noise = crowd.map((who, i) => codeOf((i % 2 ? talk : beside).say(who, showId, 'noise')))
    const wave = (process: Pick<Talk, 'say'>, n: number) =>
      codeOf(process.say(viewer, showId, `message ${n}`))
    const early = Array.from({ length: messages }, (_, n) => wave(n % 2 ? talk : beside, n))
    const acted = acknowledged(() => act(moderator, { showId, accountId: viewer.accountId }))
    const late = Array.from({ length: messages }, (_, n) => wave(n % 2 ? talk : beside, n + 10))
    await acted
    const afterwards = await Promise.all([wave(talk, 20), wave(beside, 21)])
    const codes = await Promise.all([...early, ...late])
    const heard = await Promise.all(noise)

    expect([code, unknown]).toEqual(expect.arrayContaining(afterwards))
    const events = await talk.events(showId)
    const law = events.find((e) => e.type === type)?.seq ?? Number.POSITIVE_INFINITY
    const said = events.filter(
      (e) => e.type === 'chat.sent' && e.body?.['accountId'] === viewer.accountId,
    )
    expect(said.filter((e) => e.seq > law)).toEqual([])
    isWhatWasSaid(said.length, codes)
    isWhatWasSaid(events.filter((e) => e.type === 'chat.sent').length - said.length, heard)
    seen.before += said.length
    seen.after += count(codes, code)
  }
  // The race was one: some messages were in time, some were not.
  expect(seen.before).toBeGreaterThan(0)
  expect(seen.after).toBeGreaterThan(0)
}

test(
  'a mute that races messages in flight: none of them comes after it',
  async () => {
    const mute: Act = (moderator, person) =>
      talk.moderation.mute(moderator, { ...person, durationMs, reason: 'race' })
    await race(mute, 'viewer.muted', 'MUTED')
  },
  raceMs,
)

test(
  'a ban that races messages in flight: none of them comes after it',
  async () => {
    const ban: Act = (moderator, person) =>
      talk.moderation.ban(moderator, { ...person, reason: 'race' })
    await race(ban, 'viewer.banned', 'BANNED')
  },
  raceMs,
)

test(
  'slow mode that races messages in flight: at most one of a person comes after it',
  async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { showId, viewer, moderator } = await talk.open()
      const say = (n: number) => codeOf((n % 2 ? talk : beside).say(viewer, showId, `message ${n}`))
      const early = Array.from({ length: messages }, (_, n) => say(n))
      const slowed = acknowledged(() => talk.chat.slow(moderator, { showId, seconds: 600 }))
      const late = Array.from({ length: messages }, (_, n) => say(n + 10))
      await Promise.all([slowed, ...early, ...late])
      const events = await talk.events(showId)
      const law = events.find((e) => e.type === 'chat.slowed')?.seq ?? 0
      const said = events.filter((e) => e.type === 'chat.sent')
      const after = said.filter((e) => e.seq > law)
      expect(after.length).toBeLessThanOrEqual(said.length === after.length ? 1 : 0)
    }
  },
  raceMs,
)

test(
  'a role taken back while a moderator acts: nothing of theirs comes after it',
  async () => {
    const host = await talk.person()
    const viewers = await talk.people(8)
    for (let round = 0; round < rounds; round += 1) {
      const showId = await talk.show(host)
      const moderator = await talk.moderator(showId)
      const mute = (who: Who, process: Pick<Talk, 'moderation'>) =>
        codeOf(
          process.moderation.mute(moderator, {
            ...{ showId, accountId: who.accountId, durationMs, reason: 'race' },
          }),
        )
      const early = viewers.slice(0, 4).map((who) => mute(who, talk))
      const gone = acknowledged(() =>
        talk.moderation.ban(host, { showId, accountId: moderator.accountId, reason: 'race' }),
      )
      const late = viewers.slice(4).map((who) => mute(who, beside))
      await gone
      expect(['FORBIDDEN', unknown]).toContain(await mute(viewers[0] as Who, beside))
      await Promise.all([...early, ...late])
      const events = await talk.events(showId)
      const law = events.find((e) => e.type === 'staff.changed')?.seq ?? 0
      expect(events.filter((e) => e.type === 'viewer.muted' && e.seq > law)).toEqual([])
    }
  },
  raceMs,
)

test('after all races the log of every show verifies', async () => {
  expect(await auditLog(talk.pg.rest)).toEqual([])
})
