import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

test('a soak is asked for in minutes, by seed when it is to be repeated', () => {
  const asked = readArguments(['--minutes', '0.5', '--seed', '7', '--report'])
  expect(asked).toEqual({
    minutes: 0.5,
    seed: 7,
    report: true,
    parts: ['night', 'sequences'],
  })
  expect(readArguments(['--minutes', '10']).seed).toBeGreaterThanOrEqual(0)
  expect(readArguments(['--minutes', '10', '--only', 'night']).parts).toEqual(['night'])
})

test('anything else is refused with a sentence', () => {
  const wrong = [
    [],
    ['--minutes', 'ten'],
    ['--minutes', '0'],
    ['--minutes', '9999'],
    ['--minutes', '1', '--seed', '1.5'],
    ['--minutes', '1', '--seeds', '1'],
    ['--minutes', '1', '--only', 'day'],
    ['10'],
  ]
  for (const given of wrong) expect(() => readArguments(given)).toThrow()
})
