import { expect, test } from 'vitest'
import { armFailpoints, failpoint } from './failpoint.ts'

test('a place that is armed acts once; every other is passed', () => {
  failpoint('hold', 'after-commit')
  const over: string[] = []
  const tellOver = (name: string) => void over.push(name)
  armFailpoints('hold.after-commit=throw, settle.before-commit=stall:30', tellOver)
  failpoint('hold', 'before-commit')
  expect(() => failpoint('hold', 'after-commit')).toThrow('failpoint hold.after-commit')
  failpoint('hold', 'after-commit')
  const from = performance.now()
  failpoint('settle', 'before-commit')
  expect(performance.now() - from).toBeGreaterThanOrEqual(29)
  expect(over).toEqual(['settle.before-commit'])
})

test('what is not a place, or not a way to fail, is refused', () => {
  expect(() => armFailpoints('hold.sometime=kill')).toThrow("no failpoint 'hold.sometime'")
  for (const how of ['', 'maim', 'stall', 'stall:-1', 'stall:999999'])
    expect(() => armFailpoints(`hold.after-commit=${how}`)).toThrow('is not kill, throw or stall')
})
