/** What a provider knows of a payment of ours. */
export type Charge = {
  /** The provider's own name for it. */
  ref: string
  /** Our payment's id: what the provider was told to be idempotent by. */
  paymentId: string
  /** `canceled`: nobody can pay it any more. */
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'
  captured: number
  currency: string
  /**
   * Grows with each change at the provider, so that news may come in any order: a counter, or a time
   * where a provider has none.
   */
  version: number
}

export type RefundStatus = 'pending' | 'succeeded' | 'failed'

/** A verified event: it says what is, not what to do. Null: verified, and nothing that concerns us. */
export type ProviderEvent = {
  id: string
  type: string
  about: { charge: Charge } | { refund: { refundId: string; status: RefundStatus } } | null
}

export type WireHeaders = Record<string, string | string[] | undefined>

/**
 * A company that takes money. Each call has its own deadline and ends as a value or a
 * ProviderError; what is unknown is settled by reading, never by hoping.
 */
export type Provider = {
  name: string
  /** Idempotent by `paymentId`: called again it answers the same payment. */
  create(payment: {
    paymentId: string
    amount: number
    currency: string
    /** What its owner reads on the provider's page. */
    title: string
    returnUrl: string
  }): Promise<{ ref: string; payUrl: string }>
  read(ref: string): Promise<Charge>
  /** Takes no money for it any more, where a provider's page outlives an order. Answers what it is now. */
  close?(ref: string): Promise<Charge>
  /** Idempotent by `refundId`. */
  refund(refund: { refundId: string; ref: string; amount: number }): Promise<RefundStatus>
  /** Null: the provider has never heard of this refund. */
  readRefund(refund: { refundId: string; ref: string }): Promise<RefundStatus | null>
  /** Throws VALIDATION, which says nothing about what was wrong, unless the provider wrote it just now. */
  verify(headers: WireHeaders, rawBody: Buffer): ProviderEvent
}

/** `refused`: it was heard and will not be done. `unknown`: nobody can say; read. */
export class ProviderError extends Error {
  readonly outcome: 'refused' | 'unknown'

  constructor(outcome: 'refused' | 'unknown', message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ProviderError'
    this.outcome = outcome
  }
}
