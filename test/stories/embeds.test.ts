import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EmbedRules } from '../../shared/wire/embeds.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

const shop = 'https://shop.example'
const stranger = 'https://stranger.example'
const publicUrl = 'https://live.example'

let house: House
let pages: string
let marta: Person
let showId: string

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'vitrine-pages-'))
  const head = '<title>Vitrine</title><meta name="description" content="x">'
  writeFileSync(join(pages, 'index.html'), `<!doctype html><head>${head}</head><body></body>`)
  house = await openHouse({ PUBLIC_URL: publicUrl }, { pages })
})
afterAll(async () => {
  await house.close()
  rmSync(pages, { recursive: true })
})
beforeEach(async () => {
  const [person] = await house.crowd(1)
  marta = person as Person
  showId = await aShow(marta)
})

async function aShow(host: Person, title = 'Kiln opening'): Promise<string> {
  return (await house.as(host).post<{ id: string }>('/shows', { title, lineup: [] })).id
}

type Rules = Partial<Pick<EmbedRules, 'origins' | 'signedOnly'>>
const allow = (rules: Rules = {}) =>
  house.as(marta).put<EmbedRules>('/merchant/embeds', {
    origins: [{ origin: shop, showId: null }],
    signedOnly: false,
    ...rules,
  })

/** As a browser asks for a page that is to stand in another one. */
function frame(from: string, path = `/embed/${showId}`, accept = 'application/json') {
  const headers = { accept, referer: `${from}/`, 'sec-fetch-dest': 'iframe' }
  return fetch(house.url + path, { headers })
}
const policyOf = (answer: Response) =>
  /frame-ancestors ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]
const codeOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
]

describe('a page of somebody else', () => {
  test('that is on the list may show the show; no other page of the house may be framed', async () => {
    await allow()
    const answer = await frame(shop)
    expect([answer.status, policyOf(answer)]).toEqual([200, `'self' ${shop}`])
    expect(answer.headers.get('x-frame-options')).toBeNull()
    const elsewhere = await frame(shop, `/s/${showId}`)
    expect([elsewhere.status, policyOf(elsewhere)]).toEqual([200, "'none'"])
    expect(elsewhere.headers.get('x-frame-options')).not.toBeNull()
  })

  test('that is not on the list is refused, and hears why', async () => {
    await allow()
    const asJson = await frame(stranger)
    expect(await codeOf(asJson)).toEqual([403, 'FORBIDDEN'])
    const asPage = await frame(stranger, undefined, 'text/html')
    expect([asPage.status, asPage.headers.get('x-vitrine-code')]).toEqual([403, 'FORBIDDEN'])
    expect(await asPage.text()).toContain('stranger.example may not show this show.')
    // A browser that does not say who frames is held to the list by its own policy.
    const silent = await fetch(`${house.url}/embed/${showId}`, { headers: { accept: 'text/html' } })
    expect([silent.status, policyOf(silent)]).toEqual([200, `'self' ${shop}`])
  })

  test('may show the one show it is listed with, and no other', async () => {
    await allow({ origins: [{ origin: shop, showId }] })
    expect((await frame(shop)).status).toBe(200)
    expect((await frame(shop, `/embed/${await aShow(marta)}`)).status).toBe(403)
  })

  test('of a show that is none: 404', async () => {
    expect((await frame(shop, `/embed/${crypto.randomUUID()}`)).status).toBe(404)
    expect((await frame(shop, '/embed/what')).status).toBe(404)
  })
})

describe('a token', () => {
  const make = (origin: string, of = marta) =>
    house.as(of).post<{ token: string; url: string }>(`/shows/${showId}/embed-tokens`, { origin })
  const withToken = (token: string, from = shop, show = showId) =>
    frame(from, `/embed/${show}?token=${token}`)

  test('opens the show for its origin, where the shop wants one', async () => {
    await allow({ signedOnly: true })
    expect(await codeOf(await frame(shop))).toEqual([403, 'FORBIDDEN'])
    const { token, url } = await make(shop)
    expect(url).toBe(`${publicUrl}/embed/${showId}?token=${token}`)
    const answer = await withToken(token)
    expect([answer.status, policyOf(answer)]).toEqual([200, `'self' ${shop}`])
  })

  test('is refused to another origin, for another show, when it is off the list, and to another host', async () => {
    const two = [shop, stranger].map((origin) => ({ origin, showId: null }))
    await allow({ origins: two })
    const { token } = await make(shop)
    expect(await codeOf(await withToken(token, stranger))).toEqual([403, 'FORBIDDEN'])
    expect(await codeOf(await withToken(token, shop, await aShow(marta)))).toEqual([
      403,
      'FORBIDDEN',
    ])
    await allow({ origins: [] })
    expect(await codeOf(await withToken(token))).toEqual([403, 'FORBIDDEN'])
    await expect(make(shop)).rejects.toMatchObject({ status: 409 })
    const [other] = await house.crowd(1)
    await expect(make(shop, other)).rejects.toMatchObject({ status: 403 })
  })

  test("may be signed by the shop's own server, with a secret that a new one ends", async () => {
    await allow({ signedOnly: true })
    const secret = async () =>
      (await house.as(marta).post<{ secret: string }>('/merchant/embeds/secret')).secret
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const sign = (key: string, head: object, claims: object) => {
      const text = `${part(head)}.${part(claims)}`
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
    }
    const head = { typ: 'JWT', alg: 'HS256' }
    const exp = Math.floor(Date.now() / 1_000) + 300
    const claims = { origin: shop, show: showId, exp }
    const key = await secret()
    expect((await withToken(sign(key, head, claims))).status).toBe(200)
    for (const wrong of [
      sign('another', head, claims),
      sign(key, { ...head, alg: 'none' }, claims),
      sign(key, head, { ...claims, exp: exp - 3_600 }),
      sign(key, head, { ...claims, exp: exp + 36_000 }),
      sign(key, head, { show: showId, exp }),
      `${sign(key, head, claims)}.x`,
      'x',
    ]) {
      expect((await withToken(wrong)).status).toBe(403)
    }
    expect(await secret()).not.toBe(key)
    expect((await withToken(sign(key, head, claims))).status).toBe(403)
  })
})

test.each([
  'http://shop.example',
  'https://shop.example/',
  'https://*.example',
  "https://a.example; script-src 'unsafe-inline'",
  'null',
])('%s is no origin', async (origin) => {
  await expect(allow({ origins: [{ origin, showId: null }] })).rejects.toMatchObject({
    status: 400,
  })
})

test("somebody else's show is not mine to list", async () => {
  const [other] = await house.crowd(1)
  const theirs = await aShow(other as Person)
  await expect(allow({ origins: [{ origin: shop, showId: theirs }] })).rejects.toMatchObject({
    status: 403,
  })
})

describe('a link', () => {
  const link = (body: object = {}) =>
    house.call<{ code: string; url: string }>('POST', `/shows/${showId}/links`, { body })
  const follow = (code: string) => fetch(`${house.url}/s/${code}`, { redirect: 'manual' })

  test('of a show is short, always the same, and leads there', async () => {
    const all = await Promise.all([link(), link(), link()])
    expect(new Set(all.map(({ code }) => code)).size).toBe(1)
    const { code = '', url } = all[0] ?? {}
    expect(url).toBe(`${publicUrl}/s/${code}`)
    expect(code).toMatch(/^[0-9a-z]{8}$/)
    const answer = await follow(code)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/s/${showId}`])
  })

  test('of a product opens the show at it; of what is not in the show there is none', async () => {
    const product = await house.as(marta).post<{ id: string }>('/products', {
      title: 'Bowl',
      description: '',
      variants: [{ sku: 'B1', title: 'One', price: { amount: 900, currency: 'EUR' }, onHand: 3 }],
    })
    await expect(link({ productId: product.id })).rejects.toMatchObject({ status: 404 })
    await house.as(marta).patch(`/shows/${showId}`, { lineup: [product.id] })
    const { code } = await link({ productId: product.id })
    const answer = await follow(code)
    expect(answer.headers.get('location')).toBe(`/s/${showId}?product=${product.id}`)
    expect((await link()).code).not.toBe(code)
  })

  test('that nobody made: 404', async () => {
    expect((await follow('bbbbbbbb')).status).toBe(404)
  })
})

describe('elsewhere', () => {
  const title = 'Bowls & <b>"cups"</b>'

  test("a show's page tells its title, its picture and where oEmbed is, and no markup of it", async () => {
    showId = await aShow(marta, title)
    const html = await (await fetch(`${house.url}/s/${showId}`)).text()
    expect(html).toContain(
      '<meta property="og:title" content="Bowls &amp; &lt;b&gt;&quot;cups&quot;&lt;/b&gt;">',
    )
    expect(html.match(/<title>/g)).toHaveLength(1)
    expect(html).not.toContain('<b>')
    const oEmbed = /application\/json\+oembed" href="([^"]+)"/.exec(html)?.[1] ?? ''
    expect(oEmbed).toMatch(`${publicUrl}/oembed?url=`)
    const answer = await fetch(oEmbed.replace(publicUrl, house.url))
    const card = (await answer.json()) as Record<string, unknown>
    expect(card).toMatchObject({ version: '1.0', type: 'video', title, width: 400, height: 720 })
    expect(card['html']).toContain(`src="${publicUrl}/embed/${showId}"`)
    expect(card['html']).not.toContain('<b>')
  })

  test("a host's page tells who it is, and a stranger's tells nothing", async () => {
    const pageOf = async (id: string) => (await fetch(`${house.url}/h/${id}`)).text()
    const html = await pageOf(marta.id)
    expect(html).toContain(`<meta property="og:title" content="${marta.name}">`)
    expect(html).toContain(`<link rel="canonical" href="${publicUrl}/h/${marta.id}">`)
    expect(html.match(/<title>/g)).toHaveLength(1)
    expect(html).not.toContain('oembed')
    for (const id of [(await house.signUp()).id, 'nobody']) {
      expect(await pageOf(id)).not.toContain('og:title')
    }
  })

  test('oEmbed keeps to the room there is, knows short links, and nothing that is not ours', async () => {
    const ask = (query: Record<string, string>) =>
      fetch(`${house.url}/oembed?${new URLSearchParams(query)}`)
    const { url } = await house.call<{ url: string }>('POST', `/shows/${showId}/links`, {
      body: {},
    })
    const small = (await (await ask({ url, maxwidth: '320' })).json()) as Record<string, unknown>
    expect(small).toMatchObject({ width: 320, height: 720 })
    expect((await ask({ url, format: 'xml' })).status).toBe(501)
    expect((await ask({ url, maxwidth: 'wide' })).status).toBe(400)
    for (const wrong of [`https://other.example/s/${showId}`, `${publicUrl}/shop`, 'x']) {
      expect((await ask({ url: wrong })).status).toBe(404)
    }
  })

  test('the share picture is drawn once, and anew when the show has another title', async () => {
    const ask = (headers: Record<string, string> = {}) =>
      fetch(`${house.url}/share/${showId}.jpg`, { headers })
    const first = await ask()
    expect(first.headers.get('content-type')).toBe('image/jpeg')
    expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect([...new Uint8Array(await first.arrayBuffer()).subarray(0, 2)]).toEqual([0xff, 0xd8])
    const etag = first.headers.get('etag') as string
    expect((await ask({ 'if-none-match': etag })).status).toBe(304)
    expect((await fetch(`${house.url}/share/${crypto.randomUUID()}.jpg`)).status).toBe(404)
  })

  test('an address of no show is a page like any other', async () => {
    const answer = await fetch(`${house.url}/s/${crypto.randomUUID()}`)
    expect([answer.status, await answer.text()]).toEqual([200, expect.not.stringContaining('og:')])
  })
})
