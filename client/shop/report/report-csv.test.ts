import { expect, test } from 'vitest'
import type { Report } from './report.tsx'
import { minutesCsv, productsCsv } from './report-csv.ts'

const at = '2026-11-22T19:00:00.000Z'
const mug = {
  productId: 'a',
  title: '=HYPERLINK("http://evil.example")',
  image: null,
  no: 1,
  shownMs: 61_000,
  held: 4,
  ordered: 3,
  paid: 2,
  back: 1,
  sales: [
    { amount: 4_800, currency: 'EUR' },
    { amount: 900, currency: 'JPY' },
  ],
  soldOutAt: at,
}
const lines = (csv: string) => csv.slice(1).trimEnd().split('\r\n').slice(1)

test('a product has a line for each currency, and its title is never a formula', () => {
  const bowl = { ...mug, title: 'Bowl', no: null, sales: [], soldOutAt: null }
  expect(lines(productsCsv({ products: [mug, bowl] } as unknown as Report))).toEqual([
    `1,"'=HYPERLINK(""http://evil.example"")",a,61,4,3,2,1,${at},48.00,EUR`,
    `1,"'=HYPERLINK(""http://evil.example"")",a,61,4,3,2,1,${at},900,JPY`,
    ',Bowl,a,61,4,3,2,1,,,',
  ])
})

test('a minute in which nobody counted is empty, not nought', () => {
  const points = [
    { at, viewers: null, came: 0, orders: 1, units: 2 },
    { at, viewers: 0, came: 0, orders: 0, units: 0 },
  ]
  expect(lines(minutesCsv({ points } as unknown as Report))).toEqual([
    `${at},,,1,2`,
    `${at},0,0,0,0`,
  ])
})
