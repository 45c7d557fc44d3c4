import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webhooksMax } from '../../../shared/limits.ts'
import type { Webhook } from '../../../shared/wire/hooks.ts'
import { openFront, until } from '../../../test/support/front.ts'
import { codeOf, type House, openHouse, type Person } from '../../../test/support/house.ts'
import { connect, openReceiver } from '../../../test/support/receiver.ts'
import { createLog } from '../../base/log.ts'

let house: House
let mara: Person
let other: Person
const url = 'https://erp.example/news?key=hush-hush'

beforeAll(async () => {
  house = await openHouse()
  mara = await house.signUp('Mara')
  other = await house.signUp('Otto')
})
afterAll(() => house.close())

describe('a webhook', () => {
  test('of somebody else is not there', async () => {
    const { path, webhook } = await connect(house, mara, url, ['order.paid'])
    const { id } = await house.as(mara).post<{ id: string }>(`${path}/test`)
    const theirs = house.as(other)
    const tried = [
      theirs.patch(path, { on: false }),
      theirs.delete(path),
      theirs.post(`${path}/secret`),
      theirs.post(`${path}/test`),
      theirs.get(`${path}/deliveries`),
      theirs.post(`${path}/deliveries/${id}/again`),
    ]
    const codes = await Promise.all(tried.map(codeOf))
    expect(codes).toEqual(codes.map(() => 'NOT_FOUND'))
    expect(await theirs.get('/merchant/webhooks')).toEqual({ items: [], nextCursor: null })
    const { items } = await house.as(mara).get<{ items: Webhook[] }>('/merchant/webhooks')
    expect(items).toContainEqual(webhook)
    await house.as(mara).delete(path)
  })

  test("sends nothing of one endpoint to another of one's own", async () => {
    const [one, two] = [
      await connect(house, mara, url, ['order.paid']),
      await connect(house, mara, url, ['order.paid']),
    ]
    const { id } = await house.as(mara).post<{ id: string }>(`${one.path}/test`)
    const crossed = house.as(mara).post(`${two.path}/deliveries/${id}/again`)
    expect(await codeOf(crossed)).toBe('NOT_FOUND')
    for (const { path } of [one, two]) await house.as(mara).delete(path)
  })

  test('is one of so many, however many are added at once', async () => {
    const adding = Array.from({ length: 12 }, () =>
      codeOf(connect(house, other, url, ['order.paid'])),
    )
    const codes = await Promise.all(adding)
    expect(codes.filter((code) => code === 'ok').length).toBe(webhooksMax)
    expect(codes.filter((code) => code === 'CONFLICT').length).toBe(12 - webhooksMax)
  })

  test.each(['http://erp.example/', 'https://10.0.0.1/', 'https://a:b@erp.example/'])(
    'to %s is refused, also as a change',
    async (wrong) => {
      expect(await codeOf(connect(house, mara, wrong, ['order.paid']))).toBe('VALIDATION')
      const { path } = await connect(house, mara, url, ['order.paid'])
      expect(await codeOf(house.as(mara).patch(path, { url: wrong }))).toBe('VALIDATION')
      await house.as(mara).delete(path)
    },
  )

  test('that is switched off leaves nothing behind, also of what was just being written', async () => {
    const { host, showId } = await openFront(house, 1)
    const hook = await connect(house, host, url, ['show.ended'])
    const sql = house.pg.rest
    let switched: Promise<unknown> | undefined
    await sql.begin(async (tx) => {
      await tx`select tell_show_v1('show.ended', ${showId})`
      switched = house.as(host).patch(hook.path, { on: false })
      // It is done, or it waits for us.
      const waits = async () => {
        // A transaction goes on seeing what it saw first of other sessions.
        await tx`select pg_stat_clear_snapshot()`
        return tx`select from pg_stat_activity where wait_event_type = 'Lock'
          and query like '%change_hook_v1%' and datname = current_database()`
      }
      await Promise.race([switched, until(waits, ({ length }) => length === 1)])
    })
    expect(await switched).toMatchObject({ off: 'owner' })
    expect(await hook.deliveries()).toMatchObject([{ type: 'show.ended', state: 'failed' }])
    await house.as(host).post(`/shows/${showId}/end`)
    expect((await hook.deliveries()).length).toBe(1)
  })

  test('keeps its secret: in no list, no row, and no line of the log', async () => {
    const lines: string[] = []
    const logger = createLog('trace', { write: (line: string) => void lines.push(line) } as never)
    const open = await openHouse({ WEBHOOKS_TO: 'anywhere', LOG_LEVEL: 'trace' }, { logger })
    const receiver = await openReceiver()
    receiver.answer(500)
    const merchant = await open.signUp('Mara')
    const hook = await connect(open, merchant, `${receiver.url}?key=hush-hush`, ['order.paid'])
    const next = await open.as(merchant).post<{ secret: string }>(`${hook.path}/secret`)
    await open.as(merchant).post(`${hook.path}/test`)
    await until(hook.deliveries, ([one]) => one?.status === 500)
    const kept = JSON.stringify([
      await hook.read(),
      await hook.deliveries(),
      await open.pg.rest`select * from hook_endpoints`,
      await open.pg.rest`select * from hook_deliveries`,
    ])
    const said = lines.join('\n')
    expect(said).toContain('a webhook was not taken')
    expect(said).not.toContain('hush-hush')
    for (const secret of [hook.secret, next.secret]) {
      expect(kept + said).not.toContain(secret.slice('whsec_'.length))
    }
    receiver.close()
    await open.close()
  })
})
