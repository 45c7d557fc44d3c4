import { expect, test } from 'vitest'
import { placeBack } from './back.ts'

test.each([
  ['/studio/1?tab=sale#top', '/studio/1?tab=sale#top'],
  [null, '/'],
  ['', '/'],
  ['//evil.test', '/'],
  ['/\\evil.test', '/'],
  ['/\t/evil.test', '/'],
  ['\\\\evil.test', '/'],
  ['https://evil.test/', '/'],
  ['javascript:alert(1)', '/'],
  ['http://[', '/'],
])('after the door, %s leads to %s', (given, place) => {
  expect(placeBack(given, 'https://shop.test')).toBe(place)
})
