import { expect, test } from 'vitest'
import { places, turnstile } from './turnstile.ts'

/** Work that ends when it is told to. */
function works(count: number) {
  const each = Array.from({ length: count }, () => Promise.withResolvers<void>())
  return { run: (i: number) => () => each[i]?.promise, end: (i: number) => each[i]?.resolve() }
}
const refused = expect.objectContaining({ code: 'UNAVAILABLE' })

test('a turnstile lets so many through at once, keeps so many waiting, and refuses the rest', async () => {
  const pass = turnstile(1, 1)
  const begun: number[] = []
  const { run, end } = works(3)
  const go = (i: number) =>
    pass(async () => {
      begun.push(i)
      await run(i)()
    })
  const [first, second] = [go(0), go(1)]
  await expect(go(2)).rejects.toEqual(refused)
  expect(begun).toEqual([0])
  end(0)
  await first
  end(1)
  await second
  end(2)
  await go(2)
  expect(begun).toEqual([0, 1, 2])
})

test('places are for so many in all and of one, and are given back, also by who fails', async () => {
  const sit = places({ inAll: 3, ofOne: 2 })
  const { run, end } = works(3)
  const sitting = [sit('ann', async () => run(0)()), sit('ann', async () => run(1)())]
  await expect(sit('ann', async () => 1)).rejects.toEqual(refused)
  sitting.push(sit('ben', async () => run(2)()))
  await expect(sit('cid', async () => 1)).rejects.toEqual(refused)
  for (const i of [0, 1, 2]) end(i)
  await Promise.all(sitting)
  const fails = async () => Promise.reject(new Error('no'))
  for (let i = 0; i < 4; i++) await expect(sit('ann', fails)).rejects.toThrow('no')
})
