import type { Harm } from './harms.ts'

const unit =
  'giveaway: its unit is held by the house while it runs, then by its winner at nothing, or by nobody'
const entries =
  'giveaway: its entries are numbered from 1 without a gap, made while it ran, and as many as it says'
const draw =
  'giveaway: the winner is who the draw names, made again from what the log told when it opened'
const other = `(select min(e.n) from giveaway_entries e where e.giveaway_id = g.id and e.n <> g.number)`

/** What somebody might do to giveaways, their entries and their draws. */
export const ofGiveaways: Harm[] = [
  {
    rule: unit,
    what: 'the piece that was given away goes to somebody else',
    harm: `with given as (update holds h set buyer = (select account_id from giveaway_entries e where e.giveaway_id = g.id and e.n = ${other})
      from giveaways g where h.id = g.hold_id and g.ended_as = 'drawn' returning g.id) select id from given`,
  },
  {
    rule: unit,
    what: 'the winner pays after all',
    harm: `with given as (update holds h set price = 1 from giveaways g where h.id = g.hold_id and g.ended_as = 'drawn' returning g.id) select id from given`,
  },
  {
    rule: 'giveaway: the house holds nothing but what is given away',
    what: 'the unit of a giveaway that was called off stays with the house',
    harm: `update holds set state = 'giveaway' where buyer in (select id from giveaways) returning id`,
  },
  {
    rule: entries,
    what: 'an entry is gone',
    harm: 'delete from giveaway_entries where n = 1 returning giveaway_id as id',
  },
  {
    rule: entries,
    what: 'an entry is taken away and counted',
    harm: 'update giveaway_entries set void = true where n = 2 returning giveaway_id as id',
  },
  {
    rule: entries,
    what: 'somebody is entered after the end',
    harm: `update giveaway_entries e set at = g.ended_at from giveaways g where g.id = e.giveaway_id and e.n = 3 returning g.id`,
  },
  {
    rule: draw,
    what: 'another ticket wins',
    harm: `update giveaways g set number = ${other}, winner = (select account_id from giveaway_entries e where e.giveaway_id = g.id and e.n = ${other})
      where ended_as = 'drawn' returning id`,
  },
  {
    rule: draw,
    what: 'another person wins with the same ticket',
    harm: `update giveaways g set winner = (select account_id from giveaway_entries e where e.giveaway_id = g.id and e.n = ${other})
      where ended_as = 'drawn' returning id`,
  },
  {
    rule: draw,
    what: 'another secret draws than was promised',
    harm: `update giveaways set secret = sha256('other') where ended_as = 'drawn' returning id`,
  },
  {
    rule: draw,
    what: 'a nonce is bent after the draw',
    harm: `update giveaway_entries set nonce = repeat('0', 32) where n = 1 returning giveaway_id as id`,
  },
  {
    rule: 'giveaway: the room was told its end once, as it was',
    what: 'a giveaway that was drawn was called off instead',
    harm: `update giveaways set ended_as = 'canceled', winner = null where ended_as = 'drawn' returning id`,
  },
]
