import { expect, test } from 'vitest'
import { speaker } from './speak.ts'

const s = speaker({
  sold: '{title} sold for {price}, to {name}',
  soldInHebrew: '{title} נמכר: {price}',
})
const isolated = (words: string) => `\u2068${words}\u2069`

test('a name that is read the other way turns nothing around it', () => {
  const told = { title: 'Mug', price: '€11.00', name: 'نور' }
  expect(s('sold', told)).toBe(`Mug sold for €11.00, to ${isolated('نور')}`)
  const here = { title: 'ספל', price: '€11.00' }
  expect(s('soldInHebrew', here)).toBe(`ספל נמכר: ${isolated('€11.00')}`)
})

test('a name that is read as its sentence stays as it is written', () => {
  const told = { title: 'Mug', price: '€11.00', name: 'Noor' }
  expect(s('sold', told)).toBe('Mug sold for €11.00, to Noor')
})
