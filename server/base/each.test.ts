import { expect, it } from 'vitest'
import { forEach } from './each.ts'

it('does all, whatever fails, and tells how many failed and why', async () => {
  const done: number[] = []
  const act = (failing: number[]) => async (n: number) => {
    if (failing.includes(n)) throw new Error(`no ${n}`)
    done.push(n)
  }
  await forEach([1, 2], act([]))
  await expect(forEach([3, 4], act([3]))).rejects.toThrow(/^no 3$/)
  const failed = await forEach([5, 6, 7], act([5, 7])).catch((error: AggregateError) => error)
  expect(failed).toMatchObject({
    message: '2 failed, the first: no 5',
    errors: [{ message: 'no 5' }, { message: 'no 7' }],
    cause: { message: 'no 5' },
  })
  expect(done).toEqual([1, 2, 4, 6])
})
