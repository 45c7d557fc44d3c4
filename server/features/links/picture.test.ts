import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import type { Card } from './card.ts'
import { createSharePictures } from './picture.ts'

const card = (n: number): Card => ({
  id: `show-${n}`,
  title: `Kiln ${n}`,
  host: 'Marta',
  status: 'live',
  startsAt: null,
  cover: null,
})

test('pictures are drawn one after the other; whoever comes when the line is full is told so', async () => {
  const picture = createSharePictures(tmpdir())
  const drawn: string[] = []
  const line = Array.from({ length: 31 }, (_, n) => picture(card(n)))
  const done = line.map(async (one) => drawn.push((await one).tag))
  const refused = picture(card(31))
  await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(picture(card(30))).toBe(line[30])

  await Promise.all(done)
  const asked = await Promise.all(line)
  expect(drawn).toEqual(asked.map(({ tag }) => tag))
  expect((await picture(card(31))).bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
})
