import Type from 'typebox'
import { expect, test } from 'vitest'
import { checker } from './check.ts'
import { stopwatch } from './clock.ts'
import { Refusal } from './refusal.ts'

const check = checker(
  Type.Object(
    { ids: Type.Array(Type.String(), { maxItems: 50, uniqueItems: true }) },
    { additionalProperties: false },
  ),
)

function refused(value: unknown): Refusal {
  try {
    check(value)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('was not refused')
}

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

test('names each field that is wrong, once', () => {
  const { message, errors } = refused({ ids: ['a', 'a', 7], more: 1 })
  expect(message).toBe('more is not known here.')
  expect(errors?.map((e) => e.pointer).sort()).toEqual(['/ids', '/ids/2', '/more'])
})

test('what is far too long or too deep is refused at once, whatever else is wrong with it', () => {
  const elapsed = stopwatch()
  for (const ids of [
    Array(25_000).fill('same'),
    Array(25_000).fill(1),
    deep(50_000),
    [deep(50_000)],
  ])
    expect(refused({ ids }).code).toBe('VALIDATION')
  const manyKeys = Object.fromEntries(Array.from({ length: 25_000 }, (_, i) => [`key${i}`, 1]))
  expect(refused(manyKeys).errors?.length).toBeLessThanOrEqual(20)
  expect(elapsed()).toBeLessThan(5_000)
})
