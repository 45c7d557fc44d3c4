import { expect, it } from 'vitest'
import { heardLater } from './later.ts'

it('what is said before its time is heard then, in order and once', () => {
  const heard: string[] = []
  const later = heardLater((words) => heard.push(String(words)))
  const say = (words: string) => later.say(Buffer.from(words))
  say('one')
  say('two')
  expect(heard).toEqual([])
  later.now()
  say('three')
  later.now()
  expect(heard).toEqual(['one', 'two', 'three'])
})
