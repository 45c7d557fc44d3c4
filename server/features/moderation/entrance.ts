import { networkOf } from '../../base/network.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { batchedLookup } from '../../store/lookup.ts'
import { rethrow, type Sql } from '../../store/postgres.ts'
import type { Gates } from './gates.ts'
import { bannedBecause } from './rules.ts'
import { type BanQuestion, mutesOf, noteVisits, type Standing, standingsOf } from './store.ts'

type Needs = { sql: Sql; gates: Gates; addressHash(network: string): string }

/** Who may be here. */
export function createEntrance({ sql, gates, addressHash }: Needs) {
  const lookUp = batchedLookup(async (keys: string[]) => {
    const standings = await standingsOf(sql, keys.map(questionOf))
    return new Map(keys.map((key, i) => [key, standings[i] as Standing]))
  })
  const noteVisit = batchedLookup(async (keys: string[]) => {
    await noteVisits(sql, keys.map(questionOf))
    return new Map<string, never>()
  })
  const addressOf = (who: Who) => (who.kind === 'guest' ? addressHash(networkOf(who.address)) : '')
  const keyOf = (showId: string, who: Who) => `${showId} ${who.accountId} ${addressOf(who)}`

  async function standingOf(showId: string, who: Who): Promise<Standing> {
    return (await lookUp(keyOf(showId, who)).catch(rethrow)) as Standing
  }

  /** The show's status; throws BANNED. */
  async function admitted(showId: string, who: Who): Promise<Standing['status']> {
    const { reason, status } = await standingOf(showId, who)
    if (reason !== null) throw new Refusal('BANNED', bannedBecause(reason))
    return status
  }

  async function mustNotBeBanned(showId: string, who: Who): Promise<void> {
    await admitted(showId, who)
  }

  return {
    /** Throws BANNED with the reason given; from current rows. */
    mustNotBeBanned,

    /** Throws BANNED, NOT_FOUND, or GONE when the show is over; from current rows, all in one reading. */
    async mayWatch(showId: string, who: Who): Promise<void> {
      const status = await admitted(showId, who)
      if (status === null) throw notFound('show')
      if (status === 'ended' || status === 'canceled') {
        throw new Refusal('GONE', 'This show is over.')
      }
    },

    isBanned: async (showId: string, who: Who) => (await standingOf(showId, who)).reason !== null,

    /** Lets somebody in: BANNED, or they are seen here from now on. */
    async enter(showId: string, who: Who): Promise<void> {
      await mustNotBeBanned(showId, who)
      await noteVisit(keyOf(showId, who)).catch(rethrow)
    },

    /**
     * For what is cheap and frequent: a show's bans as they were at most a second ago. Refuses BANNED,
     * NOT_FOUND, SHOW_NOT_LIVE.
     */
    async mayReact(showId: string, who: Who): Promise<void> {
      const gate = await gates.of(showId)
      if (!gate) throw notFound('show')
      if (gate.over) throw new Refusal('SHOW_NOT_LIVE', 'This show is over.')
      if (gate.isBanned(who.accountId, addressOf(who))) {
        throw new Refusal('BANNED', 'You were removed from this show.')
      }
    },

    /** The same for what may be seen of a show, also when it is over. Refuses BANNED, NOT_FOUND. */
    async mayLook(showId: string, who: Who): Promise<void> {
      const gate = await gates.of(showId)
      if (!gate) throw notFound('show')
      if (gate.isBanned(who.accountId, addressOf(who))) {
        throw new Refusal('BANNED', 'You were removed from this show.')
      }
    },

    /** Until when somebody may not chat; undefined: they may. */
    mutedUntil: (showId: string, accountId: string) =>
      mutesOf(sql, showId, accountId).catch(rethrow),
  }
}

function questionOf(key: string): BanQuestion {
  const [showId = '', accountId = '', ...address] = key.split(' ')
  return { showId, accountId, address: address.join(' ') }
}
