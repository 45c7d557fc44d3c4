import type { FastifyInstance } from 'fastify'
import type { Logger } from '../../base/log.ts'
import { notFound } from '../../base/refusal.ts'
import type { Postgres } from '../../store/postgres.ts'
import { type Provider, ProviderError } from './provider.ts'
import { createBank } from './sandbox/bank.ts'
import { createSandboxProvider } from './sandbox/provider.ts'
import { mountBank } from './sandbox/routes.ts'
import { sandboxSecrets } from './sandbox/secrets.ts'

export type { Charge, Provider, WireHeaders } from './provider.ts'

type Needs = {
  pg: Pick<Postgres, 'rest' | 'jobs'>
  publicUrl: string
  /** Address of this process' own HTTP door: shop and bank speak through it. */
  selfUrl(): string
  /** The house's secret: what shop and bank sign with is made of it. */
  secret: string
  now(): Date
  logger: Logger
}

export type Payments = ReturnType<typeof createPayments>

/** The port to whoever takes the money, and the sandbox bank that is built in. */
export function createPayments(needs: Needs) {
  const { pg, publicUrl, selfUrl, now, logger } = needs
  const secrets = sandboxSecrets(needs.secret)
  const bank = createBank({
    pg,
    publicUrl,
    webhookUrl: () => `${selfUrl()}/api/v1/payments/sandbox/webhook`,
    webhookSecret: secrets.webhook,
    now,
    logger,
  })
  const sandbox = createSandboxProvider({
    bankUrl: selfUrl,
    apiKey: secrets.apiKey,
    webhookSecret: secrets.webhook,
    now,
  })
  const providers = new Map([[sandbox.name, sandbox]])

  return {
    /** Who takes the money of new orders. */
    current: sandbox,

    /** A provider by its name on the wire; NOT_FOUND for one that is not in this house. */
    named(name: string): Provider {
      const provider = providers.get(name)
      if (!provider) throw notFound('payment provider')
      return provider
    },

    /** Nobody can say whether the provider did it: read, do not despair. */
    isUnknown: (error: unknown) => error instanceof ProviderError && error.outcome === 'unknown',

    /** The bank's verbs that our wire names. */
    bank,

    /** Opens the bank's own HTTP door: its API for the shop, and the page that asks a card's owner. */
    mountBank: (app: FastifyInstance) => mountBank(app, bank, secrets.apiKey),
  }
}
