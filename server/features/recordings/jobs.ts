import type { Recordings } from './recordings.ts'

type Needs = {
  recordings: Pick<Recordings, 'finish' | 'forget' | 'sweep' | 'taping' | 'tellAgain'>
}

export const recordingsAreOpen = `exists (
  select from recordings where state in ('recording', 'finishing'))`

/** Looks after the tapes here. */
export async function lookAfterTapes({ recordings }: Needs): Promise<void> {
  await recordings.taping.lookAfter()
}

/** Puts away what is over, here or where a process died. */
export async function putRecordingsAway({ recordings }: Needs): Promise<void> {
  await recordings.finish()
}

export async function tellReplays({ recordings }: Needs): Promise<void> {
  await recordings.tellAgain()
}

export async function forgetRecordings({ recordings }: Needs): Promise<void> {
  await recordings.forget()
}

export async function sweepRecordings({ recordings }: Needs): Promise<void> {
  await recordings.sweep()
}
