import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { accountRoutes } from '../../shared/wire/accounts.ts'
import { createLog } from '../base/log.ts'
import { createProxies } from '../base/proxies.ts'
import { openDoor } from './door.ts'
import { type Doorman, type Handlers, mount } from './mount.ts'

const table = { session: accountRoutes.session }

test('who is asking and what is asked have one deadline together', {
  timeout: 20_000,
}, async () => {
  const log = createLog('silent')
  const publicUrl = 'http://shop.test'
  const door = await openDoor({ log, publicUrl, proxies: createProxies(undefined), dev: false })
  const doorman = {
    async whoIs() {
      await pause(3_000)
      return null
    },
    mustBeOurPage: () => {},
    admit: async () => {},
  } as unknown as Doorman
  const never = { session: () => new Promise(() => {}) } as unknown as Handlers<typeof table>
  mount(door, doorman, table, never)
  const from = performance.now()
  const answer = await door.inject({ url: '/api/v1/sessions/current' })
  expect(answer.statusCode).toBe(503)
  // Five seconds each would be eight.
  expect(performance.now() - from).toBeLessThan(6_500)
  await door.close()
})
