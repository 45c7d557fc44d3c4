import { type Refusal, unavailable } from './refusal.ts'

/**
 * The work's own answer, or UNAVAILABLE by then; what the work still comes to then is nobody's answer. One
 * promise where a race makes four: each request and each command waits here.
 */
export function within<T>(
  ms: number,
  work: Promise<T>,
  late: () => Refusal = unavailable,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
