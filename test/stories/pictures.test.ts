import { readdir } from 'node:fs/promises'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Problem } from '../../shared/wire/base.ts'
import type { Product } from '../../shared/wire/catalog.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

let house: House
let marta: Person

beforeAll(async () => {
  house = await openHouse()
  marta = await house.signUp('Marta')
})
afterAll(() => house.close())

/** A picture of two halves, so that its orientation can be seen. */
function halves(width: number, height: number): Sharp {
  const left = { create: { width, height, channels: 3 as const, background: '#d02020' } }
  const blue = Buffer.from(
    `<svg width="${width}" height="${height}"><rect x="${width / 2}" width="${width}" height="${height}" fill="#2020d0"/></svg>`,
  )
  return sharp(left).composite([{ input: blue }])
}

async function upload(bytes: Uint8Array, name = 'p.png', type = 'image/png', who = marta) {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(bytes)], { type }), name)
  const headers = { authorization: `Bearer ${who.token}` }
  const answer = await fetch(`${house.url}/api/v1/pictures`, {
    method: 'POST',
    headers,
    body: form,
  })
  return { status: answer.status, body: (await answer.json()) as Problem & { url: string } }
}

async function fetchPicture(url: string) {
  const answer = await fetch(house.url + url)
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
}

test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
  'a %s becomes a WebP of ours',
  async (kind) => {
    const { status, body } = await upload(
      await halves(64, 32).toFormat(kind).toBuffer(),
      'x',
      'x/y',
    )
    expect(status).toBe(201)
    expect(body.url).toMatch(/^\/pictures\/[0-9a-f-]{36}\.webp$/)
    const { answer, bytes } = await fetchPicture(body.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 64, height: 32 })
  },
)

test('a photograph is turned upright, made smaller, and loses where it was taken', async () => {
  const photo = await halves(4_000, 1_000)
    .withExif({
      IFD0: { Copyright: 'Marta' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '38/1 42/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  expect((await sharp(photo).metadata()).exif).toBeDefined()
  const { body } = await upload(photo, 'photo.jpg', 'image/jpeg')
  const { bytes } = await fetchPicture(body.url)
  const kept = await sharp(bytes).metadata()
  expect(kept).toMatchObject({ width: 400, height: 1_600 })
  expect([kept.exif, kept.xmp, kept.iptc, kept.orientation]).toEqual(Array(4).fill(undefined))
  expect(bytes.includes('Marta')).toBe(false)
  const { data } = await sharp(bytes)
    .extract({ left: 200, top: 10, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(data[0]).toBeGreaterThan(150) // the red half is on top now
})

test('a picture has smaller copies for lists and cards, and only those', async () => {
  const { body } = await upload(await halves(1_000, 500).png().toBuffer())
  for (const width of [160, 480]) {
    const { bytes } = await fetchPicture(`${body.url}?w=${width}`)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width })
  }
  for (const w of ['161', '-1', 'x', '480&w=160', '../160']) {
    expect((await fetchPicture(`${body.url}?w=${w}`)).answer.status).toBe(400)
  }
})

test('a picture that a browser has is not sent again', async () => {
  const { body } = await upload(await halves(8, 8).png().toBuffer())
  const first = await fetchPicture(body.url)
  const headers = { 'if-none-match': first.answer.headers.get('etag') as string }
  const again = await fetch(house.url + body.url, { headers })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const head = await fetch(house.url + body.url, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(first.bytes.length))
})

/** A PNG that says it is very large and holds next to nothing. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(1_000))
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const pdf = '%PDF-1.7\n1 0 obj'

test.each([
  ['nothing at all', async () => Buffer.alloc(0)],
  ['an SVG with a script', async () => Buffer.from(svg)],
  ['an SVG that calls itself a PNG', async () => Buffer.from(`\x89PNG\r\n\x1a\n${svg}`, 'latin1')],
  ['an SVG behind a byte order mark', async () => Buffer.from(`\uFEFF${svg}`)],
  ['a page that begins like a GIF', async () => Buffer.from('GIF89a/*<script>alert(1)</script>*/')],
  ['a PDF', async () => Buffer.from(pdf)],
  ['a TIFF', () => halves(8, 8).tiff().toBuffer()],
  [
    'a JPEG that was cut off',
    async () => (await halves(600, 600).jpeg().toBuffer()).subarray(0, 900),
  ],
  [
    'a PNG whose middle is noise',
    async () => (await halves(600, 600).png().toBuffer()).fill(7, 60, 400),
  ],
])('%s is refused with a sentence', async (_, make) => {
  const before = await readdir(join(house.env['DATA_DIR'] as string, 'pictures'))
  const { status, body } = await upload(await make())
  expect([status, body.code]).toEqual([400, 'VALIDATION'])
  expect(body.errors?.map((e) => e.pointer)).toEqual(['/file'])
  expect(body.detail).not.toMatch(/vips|sharp|buffer|Input/i)
  expect(await readdir(join(house.env['DATA_DIR'] as string, 'pictures'))).toEqual(before)
})

test('a few bytes that decode to billions of pixels are refused before they are decoded', async () => {
  const { status, body } = await upload(bomb(50_000, 50_000))
  expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  expect(body.detail).toContain('50000 × 50000')
})

test('a file above the limit is refused', async () => {
  const { status, body } = await upload(Buffer.alloc(15 * 1024 * 1024 + 1, 'x'))
  expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
})

test('neither the name nor the type that a browser sends decides anything', async () => {
  const png = await halves(16, 16).png().toBuffer()
  for (const name of ['../../etc/x.svg', 'C:\\x.exe', 'x.png\0.js', 'a'.repeat(5_000), 'CON']) {
    const { status, body } = await upload(png, name, 'text/html')
    expect([status, body.url]).toEqual([
      201,
      expect.stringMatching(/^\/pictures\/[0-9a-f-]{36}\.webp$/),
    ])
  }
})

test('without a file, or as JSON, nothing is uploaded', async () => {
  const headers = { authorization: `Bearer ${marta.token}` }
  const empty = await fetch(`${house.url}/api/v1/pictures`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x--\r\n',
  })
  expect([empty.status, ((await empty.json()) as Problem).code]).toEqual([400, 'VALIDATION'])
  const json = await fetch(`${house.url}/api/v1/pictures`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(json.status).toBe(415)
})

test.each([
  '/pictures/0197aaaa-0000-7000-8000-000000000000.webp',
  '/pictures/..%2f..%2fpackage.json',
  '/pictures/%2e%2e/%2e%2e/package.json',
  '/pictures/0197aaaa-0000-7000-8000-000000000000.webp.new',
  '/pictures/x',
  '/pictures/',
])('%s is not there', async (path) => {
  const { answer } = await fetchPicture(path)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable')
})

test('a product shows pictures of its own merchant, in their order', async () => {
  const { body: one } = await upload(await halves(8, 8).png().toBuffer())
  const { body: two } = await upload(await halves(9, 9).png().toBuffer())
  const variants = [
    { sku: 'PIC-1', title: 'Oat', price: { amount: 100, currency: 'USD' }, onHand: 1 },
  ]
  const body = { title: 'Mug', description: '', images: [two.url, one.url], variants }
  const product = await house.as(marta).post<Product>('/products', body)
  expect(product.images).toEqual([two.url, one.url])
  const other = await house.signUp('Other')
  const theft = house.as(other).post('/products', body)
  await expect(theft).rejects.toMatchObject({
    problem: { code: 'VALIDATION', errors: [{ pointer: '/images/0' }] },
  })
  const elsewhere = { ...body, images: ['https://evil.example/x.webp'] }
  await expect(house.as(marta).post('/products', elsewhere)).rejects.toMatchObject({ status: 400 })
})

test('twenty large pictures at once: each is kept or told to come again, and the house answers', async () => {
  const png = await halves(3_000, 3_000).png({ compressionLevel: 9 }).toBuffer()
  const many = Promise.all(Array.from({ length: 20 }, () => upload(png)))
  const me = await house.as(marta).get<{ account: { id: string } }>('/me')
  expect(me.account.id).toBe(marta.id)
  const statuses = (await many).map(({ status }) => status)
  expect(statuses.every((status) => status === 201 || status === 503)).toBe(true)
  // How many depends on the machine; one at the least.
  expect(statuses).toContain(201)
})

/** An upload of which only the beginning comes. */
function beginUpload(who: Person): ClientRequest {
  const request = httpRequest(`${house.url}/api/v1/pictures`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${who.token}`,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': 1_000_000,
    },
  })
  request.on('error', () => undefined) // it is broken off
  request.write(
    '--x\r\ncontent-disposition: form-data; name="file"; filename="p.png"\r\n\r\n\x89PNG',
  )
  return request
}

test('an account that begins many uploads keeps nobody out, and gets its places back', async () => {
  const slow = await house.signUp('Slow')
  const png = await halves(64, 32).png().toBuffer()
  const status = async (who: Person) => (await upload(png, 'p.png', 'image/png', who)).status
  let refused = 0
  // Heard from the same turn on: a refusal is quick.
  const begun = Array.from({ length: 8 }, () => beginUpload(slow))
  for (const request of begun) {
    request.once('response', (answer) => {
      answer.resume()
      if (answer.statusCode === 503) refused += 1
    })
  }
  // Two have a place; whoever asks before that might take one of theirs.
  await expect.poll(() => refused, { timeout: 20_000 }).toBe(6)
  expect(await status(slow)).toBe(503)
  expect(await status(marta)).toBe(201)
  for (const request of begun) request.destroy()
  await expect.poll(() => status(slow), { timeout: 20_000 }).toBe(201)
})
