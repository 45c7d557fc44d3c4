import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook as Verifier } from 'standardwebhooks'
import type { Delivery, NewsType, Webhook } from '../../shared/wire/hooks.ts'
import { until } from './front.ts'
import type { House, Person } from './house.ts'

export type Heard = {
  id: string
  headers: Record<string, string>
  body: string
  news: { type: string; data: Record<string, unknown> }
}
type Answer = (reply: ServerResponse, heard: Heard) => void

/** Another program of a merchant, on loopback: what it heard, and how it answers. */
export async function openReceiver() {
  const heard: Heard[] = []
  const answering: { now: Answer } = { now: (reply) => reply.writeHead(204).end() }
  const server = createServer((request, reply) => void take(request, reply))
  async function take(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await text(request)
    const headers = request.headers as Record<string, string>
    const one = { id: headers['webhook-id'] ?? '', headers, body, news: JSON.parse(body) }
    heard.push(one)
    answering.now(reply, one)
  }
  server.listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/news`

  return {
    url,
    heard,
    /** From now on. */
    answer(how: number | Answer): void {
      answering.now = typeof how === 'number' ? (reply) => reply.writeHead(how).end('no') : how
    },
    of: (type: string) => heard.filter(({ news }) => news.type === type),
    /** Waits for news of this type. */
    async hears(type: string, ms?: number): Promise<Heard> {
      const found = async () => heard.findLast(({ news }) => news.type === type)
      return (await until(found, (one) => one !== undefined, ms)) as Heard
    },
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What the reference library makes of it; throws for what it would not believe. */
export const verified = (secret: string, { body, headers }: Heard): unknown =>
  new Verifier(secret).verify(body, headers)

/** A webhook of somebody's, and the desk's calls about it. */
export async function connect(house: House, merchant: Person, url: string, types: NewsType[]) {
  const desk = house.as(merchant)
  const made = await desk.post<{ webhook: Webhook; secret: string }>('/merchant/webhooks', {
    url,
    types,
  })
  const path = `/merchant/webhooks/${made.webhook.id}`
  return {
    ...made,
    path,
    read: async () => {
      const { items } = await desk.get<{ items: Webhook[] }>('/merchant/webhooks')
      return items.find(({ id }) => id === made.webhook.id)
    },
    deliveries: async () =>
      (await desk.get<{ items: Delivery[] }>(`${path}/deliveries?limit=100`)).items,
    /** Waits are over. */
    hurry: () =>
      house.pg
        .rest`update hook_deliveries set due_at = now() where endpoint_id = ${made.webhook.id} and due_at is not null`,
  }
}
