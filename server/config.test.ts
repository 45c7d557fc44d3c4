import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const sound = {
  DATABASE_URL: 'postgres://vitrine:secret@db/vitrine',
  REDIS_URL: 'redis://:secret@cache',
  SESSION_SECRET: 'thirty-two characters, at the least!',
  PUBLIC_URL: 'https://shop.example.com',
}

test('what is not set has its default, and text becomes numbers', () => {
  const config = readConfig({ ...sound, PORT: '8080' })
  expect(config).toMatchObject({
    PORT: 8_080,
    HOST: '127.0.0.1',
    HOLD_MS: 300_000,
    RATE_LIMITS: 'on',
  })
  expect(Object.isFrozen(config)).toBe(true)
})

test('everything that is wrong is named at once', () => {
  const wrong = { ...sound, PORT: 'many', DATABASE_URL: 'mysql://db', MEDIA_PORT: '0' }
  expect(() => readConfig(wrong)).toThrow(/DATABASE_URL[\s\S]*|PORT[\s\S]*/)
  for (const name of ['PORT', 'DATABASE_URL', 'MEDIA_PORT'])
    expect(() => readConfig(wrong)).toThrow(name)
})

test('what is missing is named', () => {
  expect(() => readConfig({})).toThrow(/DATABASE_URL.*REDIS_URL.*SESSION_SECRET/)
})

test('ICE servers are JSON of the browser\u2019s shape', () => {
  const given = '[{"urls":"turn:turn.example.com"}]'
  expect(readConfig({ ...sound, ICE_SERVERS: given }).iceServers).toEqual([
    { urls: 'turn:turn.example.com' },
  ])
  expect(() => readConfig({ ...sound, ICE_SERVERS: '{}' })).toThrow('ICE_SERVERS')
})

test.each(['proxy', '10.0.0.0/40', '10.0.0.0/', '10.0.0.0/8/9', '10.0.0.1;10.0.0.2', '127.0.0.1,'])(
  'TRUST_PROXY=%s is refused by its name',
  (list) => {
    expect(() => readConfig({ ...sound, TRUST_PROXY: list })).toThrow('TRUST_PROXY')
  },
)

test('proxies are addresses and ranges of both kinds', () => {
  const list = '127.0.0.1, 10.0.0.0/8,::1,fd00::/8'
  expect(readConfig({ ...sound, TRUST_PROXY: list }).TRUST_PROXY).toBe(list)
})

test.each([
  ['SESSION_SECRET', { SESSION_SECRET: 'short' }],
  ['SESSION_SECRET', { SESSION_SECRET: 'change me please, I am thirty-two long' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://vitrine@db/vitrine' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://vitrine:secret@db:many/vitrine' }],
  ['REDIS_URL', { REDIS_URL: 'redis://cache' }],
  ['RATE_LIMITS', { RATE_LIMITS: 'off' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'http://shop.example.com' }],
  ['METRICS_TOKEN', { METRICS_TOKEN: 'guess' }],
  ['VITRINE_DEV', { VITRINE_DEV: '1' }],
  ['STRIPE_URL', { STRIPE_URL: 'http://127.0.0.1:12111' }],
])('in production an unsafe %s refuses to start, by name', (name, unsafe) => {
  const production = { ...sound, NODE_ENV: 'production' }
  expect(readConfig(production).production).toBe(true)
  expect(() => readConfig({ ...production, ...unsafe })).toThrow(name)
  // The same is a matter of taste on one's own machine.
  expect(readConfig({ ...sound, ...unsafe }).production).toBe(false)
})

const stripe = {
  ...sound,
  PAYMENTS: 'stripe',
  STRIPE_SECRET_KEY: 'rk_live_51abcDEF',
  STRIPE_WEBHOOK_SECRET: 'whsec_abcDEF',
}

test.each([
  ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: undefined }],
  ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: 'pk_live_51abcDEF' }],
  ['STRIPE_WEBHOOK_SECRET', { STRIPE_WEBHOOK_SECRET: '' }],
  ['PAY_MS', { PAY_MS: '86400000' }],
])('money is taken by Stripe only with a sound %s', (name, unsound) => {
  expect(readConfig(stripe).PAYMENTS).toBe('stripe')
  expect(() => readConfig({ ...stripe, ...unsound })).toThrow(name)
})
