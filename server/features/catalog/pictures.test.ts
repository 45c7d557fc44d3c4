import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Postgres } from '../../store/postgres.ts'
import { createPictures } from './pictures.ts'

const who = {
  accountId: 'a',
  sessionId: 's',
  kind: 'account' as const,
  displayName: 'Ada',
  address: '127.0.0.1',
}

function open(freeBytesMin: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-pictures-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  return createPictures({ pg: {} as Postgres, dataDir, freeBytesMin })
}

test('a disk that is nearly full takes no picture, and none is read for it', async () => {
  const pictures = open(Number.MAX_SAFE_INTEGER)
  const added = pictures.add(who, () => expect.fail('it was read'))
  await expect(added).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('who begins uploads by many accounts, from addresses of one network, keeps no other out', async () => {
  const pictures = open(0)
  const slow = Promise.withResolvers<undefined>()
  const begun = Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      pictures.add({ ...who, accountId: `a${i}`, address: `2001:db8::${i}` }, () => slow.promise),
    ),
  )
  const arrived = new Error('its bytes arrived')
  const other = { ...who, accountId: 'b', address: '2001:db8:0:1::1' }
  await expect(pictures.add(other, () => Promise.reject(arrived))).rejects.toBe(arrived)
  slow.resolve(undefined)
  const ends = await begun
  expect(ends.filter((end) => 'reason' in end && end.reason.code === 'UNAVAILABLE')).toHaveLength(5)
})
