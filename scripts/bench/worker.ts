// Heard from the first moment on, also while the program that imports this still opens what it needs.
process.once('disconnect', () => process.exit(0))

/**
 * The other end of `startWorker`: answers questions one after the other, and ends when whoever asks
 * is gone. What `answer` throws is told, not swallowed.
 */
export function answerQuestions<Q, A>(answer: (question: Q) => Promise<A>): void {
  process.on('message', (question) => {
    answer(question as Q).then(
      (value) => process.send?.(value ?? null),
      (error: unknown) => process.send?.({ failed: error instanceof Error ? error.stack : error }),
    )
  })
  if (!process.connected) process.exit(0)
}
