// Lives as long as the test that forked it. Should that be killed, its end closes the channel between
// them, and the guard ends what the night had started and removes its folder.

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { commandOf, signal, waitUntil } from '../../../scripts/dev/processes.ts'

/**
 * A process of the night, its folder, or what is mounted there. The words make sure that a pid is
 * still whose it was.
 */
export type Charge = { pid: number; words: string } | { folder: string } | { mount: string }

const goneMs = 10_000
const charges: Charge[] = []

process.on('message', (charge: Charge) => charges.push(charge))
process.once('disconnect', () => void endAll())

async function endAll(): Promise<void> {
  const alive = charges.filter(
    (c): c is Extract<Charge, { pid: number }> => 'pid' in c && commandOf(c.pid).includes(c.words),
  )
  for (const { pid } of alive) signal(pid, 'SIGKILL')
  await waitUntil(() => alive.every(({ pid }) => commandOf(pid) === ''), goneMs)
  for (const charge of charges) if ('mount' in charge) spawnSync('umount', ['--lazy', charge.mount])
  for (const charge of charges) {
    if ('folder' in charge) rmSync(charge.folder, { recursive: true, force: true })
  }
}
