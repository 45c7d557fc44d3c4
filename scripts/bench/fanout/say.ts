import { newId } from '../../../server/base/ids.ts'
import type { Stage } from '../house.ts'
import type { CheapSocket } from './socket.ts'

export type Mix = 'urgent' | 'mix' | 'chat'
export type Act = 'pin' | 'chat' | 'reaction' | 'hold'

/** 60 % chat, 30 % reactions, 10 % holds; or pins alone; or chat alone. */
export function actOf(mix: Mix, n: number): Act {
  if (mix === 'urgent') return 'pin'
  if (mix === 'chat' || n % 10 < 6) return 'chat'
  return n % 10 < 9 ? 'reaction' : 'hold'
}

type Voices = { host: CheapSocket; talkers: CheapSocket[]; pinnedAt: Map<string, number> }

/** Says it to ours as people do: each by a command of their own. */
export function sayToOurs(
  { showId, products, variants }: Stage,
  { host, talkers, pinnedAt }: Voices,
  n: number,
  act: Act,
): void {
  const talker = talkers[n % talkers.length] as CheapSocket
  const send = (socket: CheapSocket, command: string, what: object) =>
    socket.send(`42${n % 1000}${JSON.stringify([command, { showId, ...what }])}`)
  if (act === 'pin') {
    const productId = products[n % products.length] as string
    pinnedAt.set(productId, performance.now())
    send(host, 'product:pin', { productId })
  } else if (act === 'chat') send(talker, 'chat:send', { text: textOf(n), key: newId() })
  else if (act === 'reaction') send(talker, 'reaction:send', { kind: 'heart' })
  else send(talker, 'hold:create', { variantId: variants[0], quantity: 1, key: newId() })
}

const textOf = (n: number) => `m${n} what a lovely glaze on that mug`

/** What a peer tells: the same facts in the same words as ours. */
export function eventOf(n: number, act: Act): object {
  const base = { n, seq: n, type: act, at: new Date().toISOString() }
  const id = '01a20324-2077-7a68-a4f1-0b9053d389ad'
  if (act === 'pin') return { ...base, productId: id }
  if (act === 'hold') return { ...base, variantId: id, available: 1000 - n, held: n }
  if (act === 'reaction') return { ...base, kind: 'heart' }
  const who = { messageId: id, accountId: id, displayName: `Buyer ${n}`, role: 'viewer' }
  return { ...base, ...who, text: textOf(n) }
}
