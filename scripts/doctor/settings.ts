import { type Config, readConfig } from '../../server/config.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

type Env = Record<string, string | undefined>

/** The settings as the server reads them, and those that are allowed but seldom meant. */
export function checkSettings(env: Env): { config: Config | undefined; findings: Finding[] } {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    const lines = (error as Error).message.split('\n').map((line) => line.trim())
    const says = lines.length > 1 ? lines.slice(1).join('; ') : (lines[0] as string)
    const advice = 'The server would not start with these. The README has a table of all settings.'
    return { config: undefined, findings: [fail('settings', says, advice)] }
  }
  const findings = [ok('settings', config.production ? 'safe for production' : 'are read')]
  findings.push(...(config.production ? gaps(config) : outsideProduction(config)))
  return { config, findings }
}

function gaps(config: Config): Finding[] {
  const findings: Finding[] = []
  if (config.PAYMENTS === 'sandbox')
    findings.push(
      warn(
        'payments',
        'test cards pay, no money is taken',
        'Before you sell, write a real provider (server/features/payments/provider.ts) and name it in PAYMENTS.',
      ),
    )
  if (config.TRUST_PROXY === undefined)
    findings.push(
      warn(
        'proxy',
        'behind a proxy everybody shares one address, and its limits',
        'Set TRUST_PROXY to the address of your proxy.',
      ),
    )
  if (config.METRICS_TOKEN === undefined)
    findings.push(
      warn(
        'metrics',
        'nobody can read /metrics',
        'Set METRICS_TOKEN, and give it to your Prometheus.',
      ),
    )
  return findings
}

function outsideProduction(config: Config): Finding[] {
  const isHere =
    /^https?:\/\/(127\.|localhost|\[::1\])/.test(config.PUBLIC_URL) &&
    config.HOST.startsWith('127.')
  if (isHere) return []
  const says = `others can reach ${config.PUBLIC_URL}, and NODE_ENV is not production`
  return [
    fail(
      'production',
      says,
      'Set NODE_ENV=production: it refuses every setting that is unsafe there.',
    ),
  ]
}
