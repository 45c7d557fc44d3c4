import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { viaDays } from '../../shared/limits.ts'

/** What the server knows: whose shop a code is good for. */
const codes: Record<string, string> = { ines: 'kiln', bo: 'kiln', cem: 'loom' }
const shelf = new Map<string, string>()
let keeps = true

async function open() {
  vi.resetModules()
  return import('./via.ts')
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  shelf.clear()
  keeps = true
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => shelf.get(name) ?? null,
    setItem(name: string, value: string) {
      if (!keeps) throw new Error('nothing is kept here')
      shelf.set(name, value)
    },
  })
  vi.stubGlobal('location', {
    origin: 'http://shop.test',
    href: 'http://shop.test/',
    pathname: '/',
  })
  vi.stubGlobal('fetch', async (url: string) => {
    const merchantId = codes[decodeURIComponent(url.split('/').at(-1) ?? '')]
    const refusal = { code: 'NOT_FOUND', detail: 'There is no such link.' }
    return new Response(JSON.stringify(merchantId ? { merchantId } : refusal), {
      status: merchantId ? 200 : 404,
    })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const came = (by: string) => new URLSearchParams({ via: by })

test('the last good link of each shop goes along, for thirty days, and over a reload', async () => {
  const { noteVia, viaOf } = await open()
  for (const code of ['ines', 'bo', 'nobody', 'cem']) await noteVia(came(code))
  await noteVia(new URLSearchParams())
  expect([viaOf('kiln'), viaOf('loom'), viaOf('undefined')]).toEqual(['bo', 'cem', undefined])
  const later = await open()
  vi.advanceTimersByTime(viaDays * 24 * 3_600_000 - 1)
  expect(later.viaOf('kiln')).toBe('bo')
  vi.advanceTimersByTime(1)
  expect(later.viaOf('kiln')).toBeUndefined()
})

test('where the browser keeps nothing it is known until the page goes; what is no note of ours is none', async () => {
  keeps = false
  const { noteVia, viaOf } = await open()
  await noteVia(came('ines'))
  expect(viaOf('kiln')).toBe('ines')
  shelf.set('vitrine-via', '{"kiln": 7}')
  const other = await open()
  expect(other.viaOf('kiln')).toBeUndefined()
})
