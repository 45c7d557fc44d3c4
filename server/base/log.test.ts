import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function logged(line: object): string {
  let text = ''
  createLog('trace', { write: (part) => void (text += part) }).error(line, 'unexpected')
  return text
}

test('a failed query is told with its cause, without what it was given', () => {
  const cause = Object.assign(new Error('column "address" does not exist'), {
    code: '42703',
    severity: 'ERROR',
    detail: 'Failing row contains (Rua do Forno 3)',
    parameters: ['Rua do Forno 3'],
  })
  const err = new DrizzleQueryError(
    'insert into "addresses" values ($1)',
    ['Rua do Forno 3'],
    cause,
  )
  const text = logged({ err: new Error('cannot do that right now', { cause: err }) })
  expect(text).toContain('column \\"address\\" does not exist')
  expect(text).toContain('insert into')
  expect(text).toContain('42703')
  expect(text).toContain('log.test.ts')
  expect(text).not.toContain('Forno')
})

test('what is thrown and is no error, and errors in a ring, are told briefly', () => {
  expect(logged({ err: 'secret words' })).not.toContain('secret')
  const ring = new Error('one')
  ring.cause = ring
  expect(logged({ err: ring })).toContain('"message":"one"')
})

test('secrets are cut out by name', () => {
  const text = logged({ token: 'abc', person: { email: 'a@b.test', password: 'pw' }, showId: 's' })
  expect(text).toContain('"showId":"s"')
  expect(text).not.toMatch(/abc|a@b\.test|pw/)
})
