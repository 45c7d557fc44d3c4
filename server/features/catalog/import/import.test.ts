import { expect, test } from 'vitest'
import { createImport } from './import.ts'

test('who brings files by many accounts, from addresses of one network, keeps no other out', async () => {
  const slow = Promise.withResolvers<never[]>()
  const asked = { from: () => ({ where: () => slow.promise }) }
  const pg = { db: { select: () => asked } } as never
  const { importProducts } = createImport({ pg, products: {} as never })
  const bring = (accountId: string, address: string) =>
    importProducts(
      { accountId, sessionId: 's', kind: 'account', displayName: '', address },
      'Title',
    )
  const begun = Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => bring(`a${i}`, `2001:db8::${i}`)),
  )
  const other = bring('b', '2001:db8:0:1::1')
  slow.resolve([])
  const codes = (await begun).map((end) => 'reason' in end && end.reason.code)
  expect(codes.filter((code) => code === 'UNAVAILABLE')).toHaveLength(2)
  await expect(other).rejects.not.toMatchObject({ code: 'UNAVAILABLE' })
})
