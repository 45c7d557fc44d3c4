import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTalk, type Talk } from '../../test/support/talk.ts'
import { auditLog } from './audit.ts'

let talk: Talk

beforeAll(async () => {
  talk = await openTalk()
})
afterAll(() => talk.close())

/** A show with three messages, one of them deleted by a moderator. */
async function showWithLog(): Promise<string> {
  const { showId, viewer, moderator } = await talk.open()
  const said = await talk.say(viewer, showId, 'one')
  await talk.say(viewer, showId, 'two')
  await talk.say(viewer, showId, 'three')
  const messageId = 'messageId' in said ? said.messageId : ''
  await talk.chat.remove(moderator, { showId, messageId, reason: 'because' })
  return showId
}

test('a log that was only written to by its verbs is whole', async () => {
  await showWithLog()
  expect(await auditLog(talk.pg.rest)).toEqual([])
})

const harm = {
  'a word changed': [
    'log.contents',
    `update show_events set body = jsonb_set(body, '{text}', '"no"') where show_id = $1 and seq = 2`,
  ],
  'a word taken away without an act': [
    'log.erased',
    'update show_events set body = null where show_id = $1 and seq = 2',
  ],
  'words of an act taken away': [
    'log.contents',
    'update show_events set body = null, staff = null where show_id = $1 and seq = 4',
  ],
  'another author': [
    'log.chain',
    'update show_events set actor = gen_random_uuid() where show_id = $1 and seq = 2',
  ],
  'another time': [
    'log.chain',
    `update show_events set at = at - interval '1 hour' where show_id = $1 and seq = 3`,
  ],
  'an event gone': ['log.gap', 'delete from show_events where show_id = $1 and seq = 2'],
  'the last event gone': ['log.gap', 'delete from show_events where show_id = $1 and seq = 4'],
  'a head moved back': ['log.head', 'update show_heads set seq = 3 where show_id = $1'],
  'a head with another link': [
    'log.head',
    `update show_heads set hash = '\\x00' where show_id = $1`,
  ],
  'no head at all': ['log.head', 'delete from show_heads where show_id = $1'],
} as const

test.each(Object.entries(harm))('%s is found, and named', async (_, [rule, statement]) => {
  const showId = await showWithLog()
  await talk.pg.rest.unsafe(statement, [showId])
  const findings = (await auditLog(talk.pg.rest)).filter((f) => f.id === showId)
  expect(findings.map((f) => f.rule)).toContain(rule)
})
