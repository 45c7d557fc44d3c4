import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/**
 * A made-up S3: objects by path, put, read in ranges, and deleted in lists. It believes every
 * signature that is there; it may be told to fail.
 */
export async function openBucket() {
  const objects = new Map<string, Buffer>()
  const state = { failing: false }
  const server = createServer((request, answer) => {
    void buffer(request).then((body) => reply(request, answer, body))
  })
  const reply = (request: IncomingMessage, answer: ServerResponse, body: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bucket')
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) {
      return answer.writeHead(403).end()
    }
    if (state.failing) return answer.writeHead(503).end()
    if (request.method === 'PUT') {
      objects.set(pathname, body)
      return answer.writeHead(200, { etag: '"1"' }).end()
    }
    if (request.method === 'POST') {
      const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map((key) => key[1])
      for (const key of keys) objects.delete(`/shows/${key}`)
      const told = keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join('')
      return answer.writeHead(200).end(`<DeleteResult>${told}</DeleteResult>`)
    }
    const found = objects.get(pathname)
    if (!found) return answer.writeHead(404).end()
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
    if (from === undefined) return answer.writeHead(200).end(found)
    return answer.writeHead(206).end(found.subarray(Number(from), Number(to) + 1))
  }
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/shows`,
    objects,
    fail: (failing: boolean) => {
      state.failing = failing
    },
    close: () => server.close(),
  }
}
