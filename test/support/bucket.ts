import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/**
 * A made-up S3: objects by path, put, read in ranges, and deleted in lists, for who signs as AWS
 * describes it (Signature Version 4). It may be told to fail.
 */
export async function openBucket(secret: string) {
  const objects = new Map<string, Buffer>()
  const taken: string[] = []
  const state = { failing: false, beforePut: async () => {} }
  const server = createServer((request, answer) => {
    void buffer(request).then((body) => reply(request, answer, body))
  })
  const reply = async (request: IncomingMessage, answer: ServerResponse, body: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bucket')
    if (!isSigned(request, body, secret)) return answer.writeHead(403).end()
    if (state.failing) return answer.writeHead(503).end()
    if (request.method === 'PUT') {
      await state.beforePut()
      taken.push(pathname)
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
    /** Paths of all that was ever put. */
    taken,
    /** Done before anything that is put is there. */
    beforePut: (what: () => Promise<void>) => {
      state.beforePut = what
    },
    fail: (failing: boolean) => {
      state.failing = failing
    },
    close: () => server.close(),
  }
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned({ method, url, headers }: IncomingMessage, body: Buffer, secret: string) {
  const form =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/
  const [, scope = '', names = '', signature] = form.exec(headers.authorization ?? '') ?? []
  const payload = String(headers['x-amz-content-sha256'])
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return false
  const { pathname, search } = new URL(url ?? '/', 'http://bucket')
  const query = search
    .slice(1)
    .split('&')
    .filter(Boolean)
    .map((one) => (one.includes('=') ? one : `${one}=`))
  const canonical = [
    ...[method, pathname, query.toSorted().join('&')],
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    ...['', names, payload],
  ].join('\n')
  const said = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, said).toString('hex') === signature
}
