/** One request to hold a unit. */
export type Ask = {
  id: string
  buyer: string
  key: string
  variant: number
}

/** What is for sale: so many variants, so many units of each. */
export type Stock = { variants: number; units: number }

/** A way to decide holds: ours or a peer. Each has its rules and its durability. */
export type Side = {
  /** Puts fresh goods on sale; nothing of an earlier run is among them. */
  prepare(stock: Stock): Promise<void>
  /** Decides one request; the promise resolves when the answer is durable as the side means it. */
  hold(ask: Ask): Promise<'granted' | 'repeat' | 'sold-out'>
  /** Recounts from what was stored: units held, and what is wrong in words. */
  recount(): Promise<{ held: number; wrong: string[] }>
  /** All rules over all rows of all runs, once at the end. */
  audit?(): Promise<string[]>
  close(): Promise<void>
}
