import { expect, test } from 'vitest'
import { Together } from './together.ts'

/** A question whose answers come when they are told to. */
function slow() {
  const asked: PromiseWithResolvers<string>[] = []
  const ask = () => {
    const one = Promise.withResolvers<string>()
    asked.push(one)
    return one.promise
  }
  return { asked, ask }
}

test('who asks anew while one is on its way shares the next, of which there is one', async () => {
  const together = new Together()
  const { asked, ask } = slow()
  const first = together.askAnew('one', ask)
  const others = [together.askAnew('one', ask), together.askAnew('one', ask)]
  expect(asked.length).toBe(1)
  asked[0]?.resolve('before')
  expect(await first).toBe('before')
  others.push(together.askAnew('two', async () => 'two'))
  expect(asked.length).toBe(2)
  const last = together.askAnew('one', ask)
  asked[1]?.resolve('after')
  expect(await Promise.all(others)).toEqual(['after', 'after', 'two'])
  expect(asked.length).toBe(3)
  asked[2]?.resolve('last')
  expect(await last).toBe('last')
})

test('the next is asked also when the one before it was refused', async () => {
  const together = new Together()
  const { asked, ask } = slow()
  const first = together.askAnew('one', ask)
  const next = together.askAnew('one', ask)
  asked[0]?.reject(new Error('no'))
  await expect(first).rejects.toThrow('no')
  asked[1]?.resolve('yes')
  expect(await next).toBe('yes')
})
