import type { Body } from '../../../shared/wire/contract.ts'
import type { orderRoutes } from '../../../shared/wire/orders.ts'

export type Parcel = Body<(typeof orderRoutes)['shipMany']>['parcels'][number]

/**
 * The parcels of a file of orders, as it was saved and filled in since: orders that have a carrier and a tracking
 * number now and had none then. Null where it is no such file.
 */
export function parcelsOf(text: string): Parcel[] | null {
  const [head, ...lines] = rowsOf(text.replace(/^\uFEFF/, ''))
  const names = head?.map((name) => name.trim().toLowerCase()) ?? []
  const [id, sent, carrier, tracking] = ['id', 'fulfilled at', 'carrier', 'tracking number'].map(
    (name) => names.indexOf(name),
  ) as [number, number, number, number]
  if (id < 0 || carrier < 0 || tracking < 0) return null
  return lines.flatMap((cells) => {
    const at = (column: number) => (cells[column] ?? '').trim().replace(/^'(?=[=+\-@])/, '')
    const parcel = { orderId: at(id), carrier: at(carrier), trackingNumber: at(tracking) }
    const isNew = parcel.carrier !== '' && parcel.trackingNumber !== '' && at(sent) === ''
    return isNew && parcel.orderId !== '' ? [parcel] : []
  })
}

/** RFC 4180, with commas or with the semicolons that spreadsheets write where the comma is in numbers. */
function rowsOf(text: string): string[][] {
  const mark = /^[^\r\n,]*;/.test(text) ? ';' : ','
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${mark}\\r\\n]*))(${mark}|\\r?\\n|$)`, 'y')
  const rows: string[][] = [[]]
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (!found) return []
    const [, quoted, plain = '', end] = found
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== mark) rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}
