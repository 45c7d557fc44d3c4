import { afterEach, expect, test, vi } from 'vitest'
import { Ticks } from './ticks.ts'

afterEach(() => vi.unstubAllGlobals())

function shelf() {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  })
  return kept
}

test('what was ticked off stays off over a reload, in its show alone', () => {
  shelf()
  const ticks = new Ticks('reports')
  ticks.add('a show', 'one')
  ticks.add('a show', 'two')
  const afterReload = new Ticks('reports')
  expect([...afterReload.of('a show')]).toEqual(['one', 'two'])
  expect([...afterReload.of('another')]).toEqual([])
  expect([...new Ticks('answered').of('a show')]).toEqual([])
})

test('a browser that keeps nothing, or something else, is no fault', () => {
  const ticks = new Ticks('reports')
  ticks.add('a show', 'one')
  expect([...ticks.of('a show')]).toEqual(['one'])
  shelf().set('vitrine.reports.a show', '{')
  expect([...new Ticks('reports').of('a show')]).toEqual([])
})
