import { expect, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { createProxies } from '../base/proxies.ts'
import { openDoor } from './door.ts'

test('what a secret stands in the path of is logged without it', async () => {
  let logged = ''
  const log = createLog('debug', { write: (line) => void (logged += line) })
  const settings = {
    log,
    publicUrl: 'http://shop.test',
    proxies: createProxies(undefined),
    dev: false,
  }
  const door = await openDoor(settings)
  const secret = '0123456789abcdef0123456789abcdef'
  const paths = ['/letters/', '/api/v1/letters/', '/api/v1/whip/show/session/', '/orders?token=']
  for (const path of paths) await door.inject(`${path}${secret}`)
  await door.close()
  expect(logged.match(/"url":"[^"]*"/g)).toEqual([
    '"url":"/letters/…"',
    '"url":"/api/v1/letters/…"',
    '"url":"/api/v1/whip/show/session/…"',
    '"url":"/orders"',
  ])
  expect(logged).not.toContain(secret)
})
