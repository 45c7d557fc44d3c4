import type { Recordings } from './recordings.ts'

type Needs = { recordings: Pick<Recordings, 'finish' | 'forget' | 'sweep' | 'taping'> }

/** Looks after the tapes here; puts away what is over, here or where a process died. */
export async function putRecordingsAway({ recordings }: Needs): Promise<void> {
  await recordings.taping.lookAfter()
  await recordings.finish()
}

export async function forgetRecordings({ recordings }: Needs): Promise<void> {
  await recordings.forget()
}

export async function sweepRecordings({ recordings }: Needs): Promise<void> {
  await recordings.sweep()
}
