import { type DrawRecord, drawAgain } from '../../../shared/domain/draw.ts'
import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about giveaways. */
export const auditGiveaways = (sql: Sql): Promise<Finding[]> => findAll(sql, giveawayChecks)

export const giveawayChecks: Check[] = [
  {
    rule: 'giveaway: its unit is held by the house while it runs, then by its winner at nothing, or by nobody',
    shows: ['G1', 'I1', 'I2'],
    over: 'everything',
    ask: (sql) => sql`
      select g.id, format('%s; its unit is %s, held by %s at %s', coalesce(g.ended_as, 'runs'), coalesce(h.state, 'nowhere'), h.buyer, h.price) as detail
      from giveaways g left join holds h on h.id = g.hold_id
      where h.id is null or (h.variant_id, h.show_id, h.quantity, h.price) <> (g.variant_id, g.show_id, 1, 0)
        or case when g.ended_at is null then h.state <> 'giveaway' or h.buyer <> g.id
          when g.ended_as = 'drawn' then h.state = 'giveaway' or h.buyer <> g.winner
          else h.state <> 'released' or h.buyer <> g.id end`,
  },
  {
    rule: 'giveaway: the house holds nothing but what is given away',
    shows: ['G1', 'I1', 'I10'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select h.id, format('held by the house for giveaway %s, which does not run', h.buyer) as detail
      from holds h left join giveaways g on g.id = h.buyer and g.hold_id = h.id and g.ended_at is null
      where h.id = any(${ids}::uuid[]) and h.state = 'giveaway' and g.id is null`,
  },
  {
    rule: 'giveaway: its entries are numbered from 1 without a gap, made while it ran, and as many as it says',
    shows: ['G1'],
    over: 'everything',
    ask: (sql) => sql`
      select g.id, format('says %s of %s numbers stand; its rows: %s of %s%s', g.entries, g.numbers, e.standing, e.n,
        case when e.strayed then ', one made when it did not run' else '' end) as detail
      from giveaways g cross join lateral (
        select count(*) as n, count(*) filter (where not void) as standing, coalesce(max(n), 0) as last,
          coalesce(bool_or(at < g.opened_at or at >= least(g.ends_at, g.ended_at)), false) as strayed
        from giveaway_entries where giveaway_id = g.id) e
      where (g.numbers, g.entries) <> (e.n, e.standing) or e.last <> e.n or e.strayed`,
  },
  {
    rule: 'giveaway: the winner is who the draw names, made again from what the log told when it opened',
    shows: ['G1'],
    over: 'everything',
    async ask(sql) {
      const drawn = await sql<Drawn[]>`
        select g.id, g.id as "giveawayId", encode(g.secret, 'hex') as secret, g.entries_hash as "entriesHash", g.number,
          coalesce(e.body ->> 'commitment', '') as commitment, giveaway_list_v1(g.id) as list,
          exists (select from giveaway_entries x where x.giveaway_id = g.id and x.n = g.number and x.account_id = g.winner) as "isTheirs"
        from giveaways g left join show_events e on e.show_id = g.show_id and e.type <> 'chat.sent'
          and e.type = 'giveaway.opened' and e.body ->> 'giveawayId' = g.id::text
        where g.ended_as = 'drawn' order by g.id`
      const found = await Promise.all(drawn.map(misdrawn))
      return found.flat()
    },
  },
  {
    rule: 'giveaway: the room was told its end once, as it was',
    shows: ['G1'],
    over: 'shows',
    ask: (sql, ids) => sql`
      select g.id, format('%s, number %s; the log tells %s ends, %s', coalesce('ended as ' || g.ended_as, 'runs'), g.number, e.n, e.told) as detail
      from giveaways g cross join lateral (
        select count(*) as n, min(concat(e.body ->> 'reason', ' ', e.body -> 'draw' ->> 'number')) as told from show_events e
        where e.show_id = g.show_id and e.type <> 'chat.sent' and e.type = 'giveaway.ended' and e.body ->> 'giveawayId' = g.id::text) e
      where g.show_id = any(${ids}::uuid[])
        and (e.n <> (g.ended_at is not null)::int or e.told <> concat(g.ended_as, ' ', g.number))`,
  },
]

type Drawn = DrawRecord & { id: string; number: number; isTheirs: boolean }

/** What a draw that is made again finds wrong. */
async function misdrawn({ id, number, isTheirs, ...record }: Drawn) {
  const again = await drawAgain(record)
  if ('wrong' in again) return [{ id, detail: again.wrong }]
  if (again.number !== number) {
    return [{ id, detail: `number ${number} won; the draw names ${again.number}` }]
  }
  return isTheirs ? [] : [{ id, detail: `number ${number} is not the winner's` }]
}
