import { expect, test } from 'vitest'
import { hashPassword, isPassword } from './passwords.ts'

test('a hash fits its password, in any way of writing it, and no other', async () => {
  const hash = await hashPassword('caf\u00e9 au lait')
  expect(await isPassword('cafe\u0301 au lait', hash)).toBe(true)
  expect(await isPassword('cafe au lait', hash)).toBe(false)
  expect(await isPassword('caf\u00e9 au lait', undefined)).toBe(false)
})

test('who comes when the line is long is told at once', async () => {
  const told = Array.from({ length: 103 }, () =>
    hashPassword('one of many').then(
      () => 'done',
      (error: { code: string }) => error.code,
    ),
  )
  expect(await Promise.race(told)).toBe('UNAVAILABLE')
})
