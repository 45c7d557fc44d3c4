import { expect, test } from 'vitest'
import { armFailpoints, failpoint } from './failpoint.ts'

test('a place that is armed acts once; every other is passed', () => {
  failpoint('hold', 'after-commit')
  armFailpoints('hold.after-commit=throw, settle.before-commit=stall:30')
  failpoint('hold', 'before-commit')
  expect(() => failpoint('hold', 'after-commit')).toThrow('failpoint hold.after-commit')
  failpoint('hold', 'after-commit')
  const from = performance.now()
  failpoint('settle', 'before-commit')
  expect(performance.now() - from).toBeGreaterThanOrEqual(29)
})

test('what is not a place, or not a way to fail, is refused', () => {
  expect(() => armFailpoints('hold.sometime=kill')).toThrow("no failpoint 'hold.sometime'")
  for (const how of ['', 'maim', 'stall', 'stall:-1', 'stall:999999'])
    expect(() => armFailpoints(`hold.after-commit=${how}`)).toThrow('is not kill, throw or stall')
})
