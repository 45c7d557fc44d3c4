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

test('a disk that is nearly full takes no picture, and none is read for it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-pictures-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const pictures = createPictures({
    pg: {} as Postgres,
    dataDir,
    freeBytesMin: Number.MAX_SAFE_INTEGER,
  })
  const added = pictures.add(who, () => expect.fail('it was read'))
  await expect(added).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
