import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toDecimal } from '../../../../shared/domain/money.ts'
import { fc } from '../../../../test/support/random.ts'
import { Refusal } from '../../../base/refusal.ts'
import { readRows, rowsMax } from './csv.ts'
import { type Draft, readDrafts } from './drafts.ts'
import { plainText } from './html.ts'

const sample = (name: string) =>
  readFileSync(new URL(`./samples/${name}-generation.csv`, import.meta.url), 'utf8')

/** What a file says, without where it says so. */
async function read(text: string, currency = 'USD') {
  const { drafts, remarks } = await readDrafts(readRows(text), currency)
  return { products: drafts.map(bare), remarks }
}

function bare({ row: _, images, variants, ...draft }: Draft) {
  return {
    ...draft,
    images: images.map(({ url }) => url),
    variants: variants.map(({ row: _row, ...variant }) => variant),
  }
}

async function refusal(text: string): Promise<Refusal> {
  const error = await read(text).then(
    () => undefined,
    (e: unknown) => e,
  )
  if (error instanceof Refusal) return error
  throw new Error('it was not refused')
}

const usd = (amount: number) => ({ amount, currency: 'USD' })

test.each(['first', 'second'])(
  'the %s generation of the file says what both say',
  async (generation) => {
    const { products, remarks } = await read(sample(generation))
    expect(products).toEqual([
      {
        handle: 'low-bowl',
        title: 'Low bowl',
        description:
          'Wide and low, for noodles or fruit.\n\n• Moss glaze\n• Breaks to brown at the rim',
        status: 'active',
        images: [],
        variants: [
          { sku: 'LB-MOSS-14', title: '14 cm / Moss', price: usd(3_200), onHand: 8 },
          { sku: 'LB-MOSS-18', title: '18 cm / Moss', price: usd(4_200), onHand: 24 },
          { sku: 'LB-MOSS-22', title: '22 cm / Moss', price: usd(5_400), onHand: 3 },
        ],
      },
      {
        handle: 'ridge-mug',
        title: 'Ridge mug',
        description: 'Dishwasher safe & a handle for three fingers.',
        status: 'active',
        images: [],
        variants: [{ sku: 'RM-OAT', title: 'Standard', price: usd(2_400), onHand: 22 }],
      },
      {
        handle: 'gift-mug',
        title: 'Mug "for you"',
        description: '',
        status: 'archived',
        images: [],
        variants: [{ sku: 'GM-1', title: 'Standard', price: usd(1_999), onHand: 0 }],
      },
    ])
    const image = generation === 'first' ? '/Image Src' : '/Product image URL'
    expect(remarks.map(({ row, pointer }) => [row, pointer])).toEqual(
      [2, 3, 5].map((row) => [row, image]),
    )
  },
)

test('only a title is asked of a file, and its letters may be of any case', async () => {
  const { products } = await read('TITLE,vArIaNt PrIcE\nTall Čajník № 2,12.50\n')
  expect(products).toMatchObject([
    {
      handle: 'tall-cajnik-no-2',
      description: undefined,
      status: undefined,
      variants: [{ sku: 'tall-cajnik-no-2', price: usd(1_250), onHand: undefined }],
    },
  ])
})

test.each([
  ['a byte order mark', '\uFEFFTitle,Price\nMug,1\n'],
  ['lines of Windows', 'Title,Price\r\nMug,1\r\n'],
  ['lines of old Macs', 'Title,Price\rMug,1\r'],
  ['semicolons', 'Title;Price\nMug;1\n'],
  ['no line at the end', 'Title,Price\nMug,1'],
  ['empty lines and empty rows', 'Title,Price\n\n,,\nMug,1\n\n'],
  ['more cells than columns', 'Title,Price\nMug,1,x,y\n'],
  ['columns of nobody', '__proto__,constructor,Title,toString,Price\nx,y,Mug,z,1\n'],
])('%s are read as they are meant', async (_, text) => {
  const { products, remarks } = await read(text)
  expect(products).toMatchObject([{ title: 'Mug', variants: [{ price: usd(100) }] }])
  expect(remarks).toEqual([])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test.each([
  ['nothing', '', /empty/],
  ['a header without a title', 'Handle,Price\nmug,1\n', /no column Title/],
  ['a quote that is never closed', 'Title,Price\n"Mug,1\nCup,2\n', /never closed/],
  ['a quote in the middle of a cell', 'Title,Price\nM"u"g,1\n', /quote/],
  [
    'UTF-16 as it looks in UTF-8',
    Buffer.from('\uFEFFTitle,Price\n', 'utf16le').toString('utf8'),
    /UTF-16/,
  ],
  ['UTF-16 without a mark', Buffer.from('Title,Price\n', 'utf16le').toString('utf8'), /UTF-16/],
  ['one cell of a megabyte', `Title,Price\n${'x'.repeat(1_000_000)},1\n`, /100000 characters/],
  [
    'a million cells in a row',
    `Title,Price\n${','.repeat(1_000_000)}`,
    /line 2.*100000 characters/,
  ],
  ['the same, of an old Mac', `Title,Price\r${','.repeat(1_000_000)}`, /line 2.*100000 characters/],
])('%s is refused as a whole', async (_, text, sentence) => {
  const error = await refusal(text)
  expect(error.code).toBe('VALIDATION')
  expect(error.message).toMatch(sentence)
})

test('as many rows as are allowed are read; one more is refused', async () => {
  const rows = (n: number) => `Title,Price\n${'Mug,1\n'.repeat(n)}`
  expect((await read(rows(rowsMax))).remarks).toHaveLength(rowsMax - 1)
  expect((await refusal(rows(rowsMax + 1))).code).toBe('PAYLOAD_TOO_LARGE')
})

const header = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status'
describe('a row that is wrong is left out and told by its number and its column', () => {
  test.each([
    ['a price of a continent', 'm,Mug,A,"1.234,56",1,,', '/Variant Price'],
    ['a price with thousands', 'm,Mug,A,"1,234.56",1,,', '/Variant Price'],
    ['a price of three digits', 'm,Mug,A,1.234,1,,', '/Variant Price'],
    ['a price with its sign', 'm,Mug,A,$12,1,,', '/Variant Price'],
    ['a price below nothing', 'm,Mug,A,-12.00,1,,', '/Variant Price'],
    ['a price of nothing', 'm,Mug,A,0.00,1,,', '/Variant Price'],
    ['a price in powers', 'm,Mug,A,1e9,1,,', '/Variant Price'],
    ['a price above the most', 'm,Mug,A,10000000.01,1,,', '/Variant Price'],
    ['less than nothing in stock', 'm,Mug,A,1,-1,,', '/Variant Inventory Qty'],
    ['half a unit', 'm,Mug,A,1,1.5,,', '/Variant Inventory Qty'],
    ['more stock than fits', 'm,Mug,A,1,1000001,,', '/Variant Inventory Qty'],
    ['an SKU that is too long', `m,Mug,${'A'.repeat(65)},1,1,,`, '/Variant SKU'],
    ['a title that is missing', 'm,,A,1,1,,', '/Title'],
    ['a title that is too long', `m,${'M'.repeat(121)},A,1,1,,`, '/Title'],
    ['a title of two lines', 'm,"Mug\nCup",A,1,1,,', '/Title'],
    ['a title in another encoding', 'm,M\uFFFDg,A,1,1,,', '/Title'],
    ['a status of nobody', 'm,Mug,A,1,1,,sold', '/Status'],
    ['a picture of another host', 'm,Mug,A,1,1,http://169.254.169.254/x,', '/Image Src'],
    ['a picture by a path', 'm,Mug,A,1,1,/pictures/../../x.webp,', '/Image Src'],
  ])('%s', async (_, row, pointer) => {
    const { products, remarks } = await read(
      `${header}\ng,Good,G,1.00,1,,\n${row}\nh,Here,H,1.00,1,,\n`,
    )
    expect(remarks.map((r) => [r.row, r.pointer])).toEqual([[3, pointer]])
    const skus = products.flatMap((p) => p.variants.map((v) => v.sku))
    expect(skus.filter((sku) => sku !== 'A')).toEqual(['G', 'H'])
  })
})

test('rows of a product that was refused say which row it was refused for', async () => {
  const { products, remarks } = await read(`${header}\nm,,A,1,1,,\nm,Mug,B,1,1,,\n`)
  expect(products).toEqual([])
  expect(remarks.map((r) => r.row)).toEqual([2, 3])
  expect(remarks[1]?.detail).toContain('Row 2')
})

test('an SKU stands once in a file, in whichever product', async () => {
  const { products, remarks } = await read(`${header}\nm,Mug,A,1,1,,\nm,,A,2,1,,\nc,Cup,A,3,1,,\n`)
  expect(remarks.map((r) => [r.row, r.pointer])).toEqual([
    [3, '/Variant SKU'],
    [4, '/Variant SKU'],
  ])
  expect(products[0]?.variants).toMatchObject([{ sku: 'A', price: usd(100) }])
})

test('variants without an SKU get one from handle and options, the same each time', async () => {
  const text = 'Handle,Title,Option1 Value,Price\nhat,Hat,Red / L,5\nhat,,Blue,5\nhat,,Red / L,6\n'
  const { products, remarks } = await read(text)
  expect(products[0]?.variants.map((v) => v.sku)).toEqual(['hat-red-l', 'hat-blue'])
  expect(remarks.map((r) => r.row)).toEqual([4])
})

test('what a spreadsheet would calculate is a name here', async () => {
  const { products } = await read(`${header}\nx,"=cmd|'/C calc'!A0",@SUM(1),1.00,1,,\n`)
  expect(products[0]).toMatchObject({ title: "=cmd|'/C calc'!A0", variants: [{ sku: '@SUM(1)' }] })
})

test('names of built-in things are names', async () => {
  const { products } = await read(
    `${header}\n__proto__,Mug,constructor,1.00,1,,\n__proto__,,toString,2.00,1,,\n`,
  )
  expect(products[0]?.variants.map((v) => v.sku)).toEqual(['constructor', 'toString'])
})

test.each([
  ['JPY', '3200', 3_200],
  ['JPY', '3200.00', 3_200],
  ['KWD', '1.250', 1_250],
  ['EUR', '12.5', 1_250],
])('prices are minor units of the currency: %s %s is %i', async (currency, text, amount) => {
  const { products } = await read(`Title,Price\nMug,${text}\n`, currency)
  expect(products[0]?.variants[0]?.price).toEqual({ amount, currency })
})

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((text) => text.replace(/[\p{C}\p{Z}\uFFFD]+/gu, ' ').trim())
  .filter((text) => text !== '' && text.length <= 120)

test('what is written out as a file is read in again', async () => {
  const variant = fc.record({
    price: fc.integer({ min: 1, max: 1_000_000_000 }),
    onHand: fc.integer({ min: 0, max: 1_000_000 }),
    option: line.filter((text) => text.toLowerCase() !== 'default title'),
  })
  const product = fc.record({
    title: line,
    variants: fc.array(variant, { minLength: 1, maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(product, { maxLength: 5 }), async (products) => {
      const wanted = products.map(({ title, variants }, p) => ({
        handle: `p-${p}`,
        title,
        variants: variants.map(({ price, onHand, option }, v) => ({
          sku: `${p}/${v}`,
          title: option,
          price: usd(price),
          onHand,
        })),
      }))
      const rows = wanted.flatMap(({ handle, title, variants }) =>
        variants.map((v, i) =>
          [handle, i === 0 ? title : '', v.sku, v.title, toDecimal(v.price), String(v.onHand)]
            .map(cell)
            .join(','),
        ),
      )
      const text = ['Handle,Title,SKU,Option1 value,Price,Inventory quantity', ...rows].join('\n')
      const got = await read(text)
      expect(got.remarks).toEqual([])
      expect(got.products).toMatchObject(wanted)
      expect(got.products).toHaveLength(wanted.length)
    }),
    { numRuns: 60 },
  )
})

test('whatever the bytes, a file is read or refused, never more', async () => {
  const piece = fc.constantFrom(
    '"',
    ',',
    '\n',
    '\r',
    ';',
    'Title',
    'Price',
    '1',
    '-',
    '\0',
    '\uFEFF',
    'Ä',
    '=',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      const outcome = await read(pieces.join('')).catch((error: unknown) => error)
      expect(outcome instanceof Refusal || outcome === Object(outcome)).toBe(true)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Refusal)
    }),
    { numRuns: 300 },
  )
})

describe('HTML becomes text', () => {
  test.each([
    ['<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['One<br>Two<br/>Three', 'One\nTwo\nThree'],
    ['<b>bold</b> and <i>thin</i>', 'bold and thin'],
    ['a<script>x()</script>b<STYLE>p{}</STYLE>c', 'abc'],
    ['a<!-- <p>not this</p> -->b', 'ab'],
    ['5 &lt; 6 &amp;&amp; 7 &gt; 6', '5 < 6 && 7 > 6'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
    ['&amp;lt;', '&lt;'],
    ['caf&eacute; &#8364;5 &#x2014; &Eacute;&nosuch;', 'café €5 — É&nosuch;'],
    ['&#0;&#1;&#xD800;&#x110000;ok', 'ok'],
    ['a < b and c > d', 'a < b and c > d'],
    ['<img src=x onerror=alert(1)>pic', 'pic'],
    ['<svg><script>x</script></svg>done', 'done'],
    ['cut <b', 'cut'],
    ['İ<b>x</b>', 'İx'],
    ['  much \n\n\n\n   space  ', 'much\n\nspace'],
  ])('%s', (html, text) => {
    expect(plainText(html)).toBe(text)
  })

  test('in time that grows with its length alone', () => {
    for (const piece of ['<', '<!--', '<script>', '<b', '&', '&#', '</', '<p>']) {
      const started = performance.now()
      plainText(piece.repeat(100_000 / piece.length))
      expect(performance.now() - started).toBeLessThan(500)
    }
  })

  test('and no tag of the input stands in it, unless it was written as text', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<script>',
      '</script>',
      '<',
      '>',
      'a',
      ' ',
      '<!--',
      '-->',
      '"',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(plainText(pieces.join(''))).not.toMatch(/<script|<p>/)
      }),
    )
  })
})
