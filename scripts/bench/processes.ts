import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Servers } from './keeper.ts'

/** How long a process of ours may take to close what it opened; then it is ended by force. */
const closeMs = 45_000
/** How long an answer of a process of ours may take: the longest run with its checks. */
const answerMs = 240_000

export type Worker = {
  pid: number
  /** Sends a question and waits for the answer. */
  ask<T>(question: object): Promise<T>
  stop(): Promise<void>
}

/**
 * Starts one of the bench's own programs, apart from our terminal: Ctrl-C reaches us alone, and we
 * stop them. Each ends when the channel to us closes, also when we are killed.
 */
export function startWorker(
  file: string,
  args: string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Worker {
  const child = fork(new URL(file, import.meta.url), args, { detached: true, execArgv: [], env })
  return {
    pid: child.pid as number,
    async ask<T>(question: object): Promise<T> {
      const { exitCode, signalCode } = child
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`${file} had ended, with ${signalCode ?? `code ${exitCode}`}`)
      }
      const answered = answerOf<T>(child, file)
      // Told to whoever asks, not to the whole process: an interrupted bench asks those who are gone.
      const undelivered = new Promise<never>((_, reject) => {
        child.send(question, (error) => error && reject(error))
      })
      return Promise.race([answered, undelivered])
    },
    stop: () => letGo(child),
  }
}

/** Postgres and Redis of this bench alone; gone with `stop`, or with us. */
export async function openServers(open: AsyncDisposableStack): Promise<Servers> {
  const keeper = fork(new URL('./keeper.ts', import.meta.url), { detached: true, execArgv: [] })
  open.defer(() => letGo(keeper))
  return answerOf<Servers>(keeper, 'keeper.ts')
}

async function answerOf<T>(child: ChildProcess, name: string): Promise<T> {
  const waiting = new AbortController()
  const { signal } = waiting
  const ended = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(
      `${name} ended with ${by ?? `code ${code}`} before it answered; its own words are above`,
    )
  })
  const late = once(AbortSignal.timeout(answerMs), 'abort', { signal }).then(() => {
    throw new Error(`${name} did not answer within ${answerMs / 1000} s`)
  })
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended, late])) as [
      T | { failed: string },
    ]
    if (isFailure(answer)) throw new Error(`${name}: ${answer.failed}`)
    return answer
  } finally {
    waiting.abort()
    await Promise.allSettled([ended, late])
  }
}

function isFailure(answer: unknown): answer is { failed: string } {
  return typeof answer === 'object' && answer !== null && 'failed' in answer
}

async function letGo(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  const late = setTimeout(() => child.kill('SIGKILL'), closeMs)
  await ended
  clearTimeout(late)
}
