import type { FastifyInstance } from 'fastify'
import type { Logger } from '../../base/log.ts'
import { notFound } from '../../base/refusal.ts'
import type { Postgres } from '../../store/postgres.ts'
import { type Provider, ProviderError } from './provider.ts'
import { createBank } from './sandbox/bank.ts'
import { createSandboxProvider } from './sandbox/provider.ts'
import { mountBank } from './sandbox/routes.ts'
import { sandboxSecrets } from './sandbox/secrets.ts'
import type { createStripeProvider } from './stripe/provider.ts'

export type { Charge, Provider, WireHeaders } from './provider.ts'

type Needs = {
  pg: Pick<Postgres, 'rest' | 'jobs'>
  publicUrl: string
  /** Address of this process' own HTTP door: shop and bank speak through it. */
  selfUrl(): string
  /** The house's secret: what shop and bank sign with is made of it. */
  secret: string
  /** Stripe takes the money; without it the sandbox bank that is built in, which takes none. */
  stripe?: { secretKey: string; webhookSecret: string; url?: string | undefined } | undefined
  now(): Date
  logger: Logger
}

export type Payments = Awaited<ReturnType<typeof createPayments>>

/** The port to whoever takes the money. */
export async function createPayments(needs: Needs) {
  const { pg, publicUrl, selfUrl, stripe, now, logger } = needs
  const secrets = sandboxSecrets(needs.secret)
  const bank = createBank({
    pg,
    publicUrl,
    webhookUrl: () => `${selfUrl()}/api/v1/payments/sandbox/webhook`,
    webhookSecret: secrets.webhook,
    now,
    logger,
  })
  const current = stripe
    ? await openStripe({ ...stripe, now })
    : createSandboxProvider({
        bankUrl: selfUrl,
        apiKey: secrets.apiKey,
        webhookSecret: secrets.webhook,
        now,
      })

  return {
    /** Who takes the money of new orders. */
    current,

    /** A provider by its name on the wire; NOT_FOUND for one that is not in this house. */
    named(name: string): Provider {
      if (name !== current.name) throw notFound('payment provider')
      return current
    },

    /** Nobody can say whether the provider did it: read, do not despair. */
    isUnknown: (error: unknown) => error instanceof ProviderError && error.outcome === 'unknown',

    /** The provider heard it and will not do it. */
    isRefused: (error: unknown) => error instanceof ProviderError && error.outcome === 'refused',

    /** The bank's verbs that our wire names. */
    bank,

    /** Whether the sandbox bank's doors are open: where real money is taken, no test card pays. */
    hasBank: !stripe,

    /** Opens the bank's own HTTP door: its API for the shop, and the page that asks a card's owner. */
    mountBank: (app: FastifyInstance) => mountBank(app, bank, secrets.apiKey),
  }
}

/** Stripe's library is 34 MB of a process and a tenth of a second of its start: for houses that use it. */
async function openStripe(needs: Parameters<typeof createStripeProvider>[0]): Promise<Provider> {
  const { createStripeProvider } = await import('./stripe/provider.ts')
  return createStripeProvider(needs)
}
