/** What is said is kept until `now`, then heard at once and in order, and from then on as it comes. */
export function heardLater(hear: (words: Uint8Array) => void) {
  let waiting: Uint8Array[] | undefined = []
  return {
    say(words: Uint8Array): void {
      if (waiting) waiting.push(words)
      else hear(words)
    },
    now(): void {
      for (const words of waiting ?? []) hear(words)
      waiting = undefined
    },
  }
}
