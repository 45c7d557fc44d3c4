import { expect, test } from 'vitest'
import { openHouse } from '../support/house.ts'
import { setStage } from '../support/stage.ts'

test('a process that dies with the picture leaves a show that says so, and goes on selling', async () => {
  const house = await openHouse()
  try {
    const { showId, host, variantId } = await setStage(house)
    const viewer = await house.signUp('Aylin')
    const line = await house.socket(viewer)
    await line.ask('show:join', { showId })
    const told = line.next<{ events: { type: string }[] }>(
      'show:events',
      ({ events }) => events.some((e) => e.type === 'show.interrupted'),
      15_000,
    )
    // What a process that is gone left behind: a picture, and nobody who says that it still has it.
    await house.pg.rest`insert into show_media(show_id, node, producers, changed_at)
      values (${showId}, 'gone', '[{"producerId": "p", "kind": "video"}]', now())`
    const off = line.next<{ producers: [] }>('media:changed', () => true, 15_000)
    await told
    expect((await off).producers).toEqual([])
    const late = await house.socket(await house.guest())
    type Joined = { snapshot: { show: { status: string }; media: { producers: [] } } }
    const { snapshot } = await late.ask<Joined>('show:join', { showId })
    expect(snapshot.show.status).toBe('interrupted')
    expect(snapshot.media.producers).toEqual([])
    await line.ask('hold:create', { showId, variantId, quantity: 1, key: 'while away' })
    expect(await house.as(host).get(`/shows/${showId}`)).toMatchObject({ status: 'interrupted' })
  } finally {
    await house.close()
  }
})
