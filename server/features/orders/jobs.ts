import type { Orders } from './orders.ts'

// Each when one is due, on any number of nodes: rows say what is due, a claim says whose turn it is.

export const ordersAreDue = `exists (
  select from orders where status = 'pending' and expires_at <= now())`
export const paymentsAreDue = 'exists (select from payments where due_at <= now())'
export const refundsAreDue = 'exists (select from refunds where due_at <= now())'

/** Pending orders past their time end; their units are free. */
export async function expireOrders(orders: Pick<Orders, 'expire'>): Promise<void> {
  await orders.expire()
}

/** Payments that nobody has spoken of are read at their provider. */
export const reconcilePayments = (orders: Pick<Orders, 'reconcilePayments'>) =>
  orders.reconcilePayments()

/** Money that is owed goes back. */
export const settleRefunds = (orders: Pick<Orders, 'settleRefunds'>) => orders.settleRefunds()
