/**
 * Places where a process may die, stand still or lose its way between two durable steps. Each has a
 * story in test/faults; a function of ours that is called by the log is named as it is in SQL.
 */
export const failpoints = [
  'hold.before-commit',
  'hold.after-commit',
  'release_hold_v1.before-commit',
  'release_hold_v1.after-commit',
  'sweep_holds_v1.before-commit',
  'sweep_holds_v1.after-commit',
  'order.before-commit',
  'order.after-commit',
  'payment.before-provider',
  'payment.after-provider',
  'payment.after-saved',
  'charge.taken',
  'bank-event.claimed',
  'bank-event.taken',
  'webhook.verified',
  'settle.before-commit',
  'settle.after-commit',
  'reconcile.claimed',
  'reconcile.read',
  'cancel_order_v1.before-commit',
  'cancel_order_v1.after-commit',
  'expire_orders_v1.before-commit',
  'expire_orders_v1.after-commit',
  'refund_order_v1.before-commit',
  'refund_order_v1.after-commit',
  'refund.claimed',
  'refund.after-provider',
  'settle_refund_v1.before-commit',
  'settle_refund_v1.after-commit',
  'pull_v1.before-commit',
  'pull_v1.after-commit',
  'bid.before-commit',
  'bid.after-commit',
  'settle_auctions_v1.before-commit',
  'settle_auctions_v1.after-commit',
  'settle_giveaways_v1.before-commit',
  'settle_giveaways_v1.after-commit',
  'ban_v1.before-commit',
  'ban_v1.after-commit',
] as const

export type Failpoint = (typeof failpoints)[number]

/** What happens there, once: the process dies, nothing in it moves, or the way to the store breaks. */
type Kind = { kind: 'kill' } | { kind: 'stall'; ms: number } | { kind: 'throw' }

const stallMaxMs = 120_000

let armed: Map<string, Kind> | undefined
let tellOver: (name: string) => void = () => undefined

/** A step is about to be taken, or was just taken. Nothing happens unless this very place is armed. */
export function failpoint(verb: string, step: string): void {
  if (armed !== undefined) hit(armed, `${verb}.${step}`)
}

/**
 * Arms places by a text like `hold.after-commit=kill,settle.before-commit=stall:3000`, each once.
 * `over` is told of each stall when it has ended.
 */
export function armFailpoints(text: string, over?: (name: string) => void): void {
  armed = new Map(text.split(',').map(readOne))
  if (over) tellOver = over
}

function readOne(text: string): [string, Kind] {
  const [name = '', how = ''] = text.trim().split('=')
  if (!failpoints.some((one) => one === name)) throw new Error(`there is no failpoint '${name}'`)
  if (how === 'kill' || how === 'throw') return [name, { kind: how }]
  const ms = Number(/^stall:(\d{1,6})$/.exec(how)?.[1])
  if (ms <= stallMaxMs) return [name, { kind: 'stall', ms }]
  throw new Error(`'${how}' is not kill, throw or stall:MS with at most ${stallMaxMs}`)
}

function hit(places: Map<string, Kind>, name: string): void {
  const found = places.get(name)
  if (!found) return
  places.delete(name)
  switch (found.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL')
      // The signal is on its way; not one more step is taken.
      standStill(stallMaxMs)
      return
    case 'stall':
      standStill(found.ms)
      tellOver(name)
      return
    case 'throw':
      // What a caller sees when the connection is cut before the answer: nobody knows the outcome.
      throw Object.assign(new Error(`failpoint ${name}`), { code: 'CONNECTION_CLOSED' })
  }
}

/** The whole loop stops, as it does under a debugger or in a machine that is swapped out. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
