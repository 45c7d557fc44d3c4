import { useState } from 'preact/hooks'

let made = 0

/** An id of its own in the whole document: Preact's `useId` counts anew in each portal, so a label there named a menu of the page. */
export function useOwnId(): string {
  return useState(() => `own${++made}`)[0]
}
