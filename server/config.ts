import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { createProxies } from './base/proxies.ts'

const Text = (more = {}) => Type.String({ minLength: 1, ...more })
const Whole = (range: [number, number], fallback: number, description: string) =>
  Type.Integer({ minimum: range[0], maximum: range[1], default: fallback, description })
const Choice = (choices: string[], fallback: string, description: string) =>
  Type.Union(
    choices.map((choice) => Type.Literal(choice)),
    { default: fallback, description },
  )

/** Every setting there is. A test holds the README's table to these words. */
export const Settings = Type.Object({
  NODE_ENV: Type.Optional(Text({ description: '`production` refuses unsafe settings' })),
  HOST: Text({ default: '127.0.0.1', description: 'Address to listen on' }),
  PORT: Whole([0, 65_535], 3_000, 'Port to listen on'),
  PUBLIC_URL: Type.Optional(
    Text({
      pattern: '^https?://[^\\s/]+$',
      description: 'Address that people type, without a path; `http://HOST:PORT`',
    }),
  ),
  DATA_DIR: Text({
    default: '.data',
    description: 'Pictures, letters of the demo, embedded databases',
  }),
  DATABASE_URL: Text({ pattern: '^postgres(ql)?://', description: 'Postgres 15 or later' }),
  REDIS_URL: Text({
    pattern: '^rediss?://',
    description: 'Redis 7 or later, or Valkey; `?mode=cluster` or `sentinel` with `&nodes=`',
  }),
  SESSION_SECRET: Text({
    description:
      'At least 32 characters; signs links, and webhooks: change it, and merchants need new secrets for theirs',
  }),
  WEB_PROCESSES: Whole([1, 64], 1, 'Processes that share the port'),
  PROCESS_INDEX: Whole([0, 63], 0, 'Which of them this is; the launcher sets it'),
  MEDIA_LISTEN_IP: Text({ default: '127.0.0.1', description: 'Address for WebRTC' }),
  MEDIA_ANNOUNCED_ADDRESS: Type.Optional(
    Text({ description: 'Public address for WebRTC behind NAT' }),
  ),
  MEDIA_PORT: Whole(
    [1, 65_535],
    40_000,
    'First WebRTC port, UDP and TCP; a worker takes MEDIA_PORT + process × workers + worker',
  ),
  MEDIA_WORKERS: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 64,
      description: 'Media workers; one a core. 0: no media',
    }),
  ),
  MEDIA_MAX_VIEWERS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Viewers that a process takes before it says `FULL`; 500 for each media worker',
    }),
  ),
  MEDIA_PIPE_IP: Type.Optional(
    Text({ description: 'Address of pipes between nodes; `INTERNAL_HOST`' }),
  ),
  MEDIA_PIPE_PORTS: Text({
    default: '42000-42999',
    pattern: '^\\d{1,5}-\\d{1,5}$',
    description: 'UDP ports of pipes between nodes, one for each end; processes share them',
  }),
  INTERNAL_HOST: Text({
    default: '127.0.0.1',
    description:
      'Address where the other nodes reach this one; `0.0.0.0`: the first that is no loopback',
  }),
  INTERNAL_PORT: Whole(
    [0, 65_535],
    0,
    'First TCP port for other nodes; a process takes INTERNAL_PORT + process. 0: any',
  ),
  INTERNAL_SECRET: Type.Optional(
    Text({
      description: 'What nodes know each other by; made from `SESSION_SECRET` when not given',
    }),
  ),
  MEDIASOUP_WORKER_BIN: Type.Optional(
    Text({ description: "Another media worker than the launcher's" }),
  ),
  ICE_SERVERS: Type.Optional(Text({ description: 'JSON array of ICE servers' })),
  TURN_SECRET: Type.Optional(Text({ description: 'Shared secret of coturn' })),
  RECORD: Choice(
    ['on', 'off'],
    'on',
    'Shows are recorded, unless their host says no; needs `ffmpeg`',
  ),
  HLS: Choice(
    ['on', 'off'],
    'on',
    'Running shows can be watched without WebRTC, a few seconds behind; needs `ffmpeg`',
  ),
  FFMPEG_PATH: Text({ default: 'ffmpeg', description: 'The program that records' }),
  RECORD_KEEP_DAYS: Whole([0, 36_500], 0, 'Recordings are deleted after so many days; 0: never'),
  RECORD_FREE_MB: Whole(
    [0, 100_000_000],
    1_024,
    'Nothing is recorded onto a disk that has less room than this',
  ),
  BUCKET_URL: Type.Optional(
    Text({
      pattern: '^https?://[^\\s?#]+/[^\\s?#/]+$',
      description:
        'S3 or alike, where recordings go: `https://host/bucket`; else they stay in `DATA_DIR`',
    }),
  ),
  BUCKET_REGION: Text({ default: 'auto', description: 'Region of the bucket' }),
  BUCKET_KEY_ID: Type.Optional(Text({ description: 'Who may write to the bucket' })),
  BUCKET_SECRET: Type.Optional(Text({ description: 'By what secret' })),
  PAYMENTS: Choice(
    ['sandbox', 'stripe'],
    'sandbox',
    'Who takes the money; the sandbox takes none, and test cards pay',
  ),
  STRIPE_SECRET_KEY: Type.Optional(
    Text({
      pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9]+$',
      description: 'Key of your Stripe account, secret or restricted',
    }),
  ),
  STRIPE_WEBHOOK_SECRET: Type.Optional(
    Text({
      pattern: '^whsec_[A-Za-z0-9+/=]+$',
      description: 'What Stripe signs its events with, `whsec_…`',
    }),
  ),
  STRIPE_URL: Type.Optional(
    Text({
      pattern: '^https?://[^\\s/]+$',
      description: 'For tests: a stand-in for Stripe; refused in production',
    }),
  ),
  WEBHOOKS_TO: Choice(
    ['public', 'anywhere'],
    'public',
    'Where webhooks may go; `anywhere`: every merchant can send to your own network, and in development without TLS',
  ),
  SMTP_URL: Type.Optional(
    Text({ pattern: '^smtps?://', description: 'Without it letters are files under DATA_DIR' }),
  ),
  MAIL_FROM: Text({ default: 'Vitrine <shop@vitrine.example>', description: 'Sender of letters' }),
  HOLD_MS: Whole([100, 86_400_000], 300_000, 'How long a hold lasts'),
  PAY_MS: Whole([100, 86_400_000], 600_000, 'How long an order waits for its payment'),
  FEE_BPS: Whole(
    [0, 5_000],
    0,
    'Fee of the platform on items sold, in hundredths of a percent: 250 is 2.5 %',
  ),
  RATE_LIMITS: Choice(['on', 'off'], 'on', '`off` is for load tests; refused in production'),
  TRUST_PROXY: Type.Optional(
    Text({
      description: 'Addresses of your proxies, comma separated; else X-Forwarded-For is ignored',
    }),
  ),
  METRICS_TOKEN: Type.Optional(
    Text({
      description: 'Bearer token that /metrics asks for; in production nobody reads it without',
    }),
  ),
  LOG_LEVEL: Choice(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'JSON lines on standard output',
  ),
  FAILPOINT: Type.Optional(
    Text({ description: 'For fault tests: where to die, once; refused in production' }),
  ),
  VITRINE_DEV: Type.Optional(Text({ description: 'Set by `npm run dev`: pages come from Vite' })),
})

const check = Compile(Settings)

const IceServer = Type.Object({
  urls: Type.Union([Type.String(), Type.Array(Type.String())]),
  username: Type.Optional(Type.String()),
  credential: Type.Optional(Type.String()),
})
type IceServer = { urls: string | string[]; username?: string; credential?: string }
const isIceServer = Compile(IceServer)

export type Config = Readonly<
  Omit<Static<typeof Settings>, 'PUBLIC_URL'> & {
    PUBLIC_URL: string
    production: boolean
    dev: boolean
    iceServers: IceServer[]
    pipePorts: { min: number; max: number }
  }
>

/** Reads and checks all settings at once; throws one error that names every bad one. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const known = Object.fromEntries(
    Object.keys(Settings.properties)
      .filter((k) => env[k] !== undefined && env[k] !== '')
      .map((k) => [k, env[k]]),
  )
  const value = Value.Convert(Settings, Value.Default(Settings, known))
  if (!check.Check(value)) {
    const bad = check.Errors(value).map((e) => `  ${settingName(e)}: ${e.message}`)
    throw new Error(`These settings are not right:\n${[...new Set(bad)].join('\n')}`)
  }
  mustBeAddresses(value.TRUST_PROXY)
  const config: Config = Object.freeze({
    ...value,
    PUBLIC_URL: value.PUBLIC_URL ?? `http://${value.HOST}:${value.PORT}`,
    production: value.NODE_ENV === 'production',
    dev: value.VITRINE_DEV !== undefined,
    iceServers: readIceServers(value.ICE_SERVERS),
    pipePorts: readPorts(value.MEDIA_PIPE_PORTS),
  })
  mustHaveKeys(config)
  if (config.production) refuseUnsafe(config)
  return config
}

/** Stripe's page is open for a day at most: an order that waits longer could not be paid. */
const stripePayMsMax = 23 * 3_600_000

function mustHaveKeys(config: Config): void {
  if (config.PAYMENTS !== 'stripe') return
  const missing = (['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const).filter(
    (name) => config[name] === undefined,
  )
  if (missing.length > 0) throw new Error(`PAYMENTS=stripe needs ${missing.join(' and ')}`)
  if (config.PAY_MS > stripePayMsMax) {
    throw new Error(`PAY_MS: with PAYMENTS=stripe at most ${stripePayMsMax}, 23 hours`)
  }
}

function settingName(e: { instancePath: string; params?: object }): string {
  const missing = (e.params as { requiredProperties?: string[] } | undefined)?.requiredProperties
  return missing?.join(', ') ?? e.instancePath.slice(1)
}

function readIceServers(text: string | undefined): IceServer[] {
  if (text === undefined) return []
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list) && list.every((s) => isIceServer.Check(s))) return list
  } catch {
    // told below, with what is expected
  }
  throw new Error('ICE_SERVERS is not a JSON array of objects like {"urls": "stun:host:3478"}')
}

function readPorts(text: string): { min: number; max: number } {
  const [min = 0, max = 0] = text.split('-').map(Number)
  if (min < 1 || max < min || max > 65_535)
    throw new Error('MEDIA_PIPE_PORTS is not a range like 42000-42999')
  return { min, max }
}

function mustBeAddresses(list: string | undefined): void {
  try {
    createProxies(list)
  } catch (cause) {
    const example = 'TRUST_PROXY is not a list of addresses and ranges like 127.0.0.1,10.0.0.0/8'
    throw new Error(example, { cause })
  }
}

function refuseUnsafe(config: Config): void {
  const bad: string[] = []
  if (config.SESSION_SECRET.length < 32)
    bad.push('SESSION_SECRET: give at least 32 random characters')
  if (/^(default|secret|change)/i.test(config.SESSION_SECRET))
    bad.push('SESSION_SECRET: not a default')
  if (config.INTERNAL_SECRET !== undefined && config.INTERNAL_SECRET.length < 32)
    bad.push('INTERNAL_SECRET: give at least 32 random characters')
  for (const name of ['DATABASE_URL', 'REDIS_URL'] as const) {
    if (!URL.parse(config[name])?.password) bad.push(`${name}: has no password, or is no URL`)
  }
  if (config.STRIPE_URL !== undefined) bad.push('STRIPE_URL: is for tests only')
  if (config.FAILPOINT !== undefined) bad.push('FAILPOINT: is for fault tests only')
  if (config.dev) bad.push('VITRINE_DEV: pages are built in production')
  if (config.METRICS_TOKEN !== undefined && config.METRICS_TOKEN.length < 16)
    bad.push('METRICS_TOKEN: give at least 16 random characters')
  if (config.RATE_LIMITS === 'off') bad.push('RATE_LIMITS: off is for load tests only')
  if (!config.PUBLIC_URL.startsWith('https://'))
    bad.push('PUBLIC_URL: cookies and cameras need https')
  if (bad.length > 0)
    throw new Error(`Unsafe in production:\n${bad.map((b) => `  ${b}`).join('\n')}`)
}
