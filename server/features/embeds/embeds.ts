import { createHmac } from 'node:crypto'
import { embedTokenMsMax } from '../../../shared/limits.ts'
import type { EmbedPlace, EmbedRules } from '../../../shared/wire/embeds.ts'
import type { Show } from '../../../shared/wire/shows.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shows } from '../shows/shows.ts'
import { nextSecret, originsOf, rulesOf, saveRules } from './store.ts'
import { readToken, signToken } from './tokens.ts'

type Needs = {
  pg: Postgres
  shows: Pick<Shows, 'get'>
  publicUrl: string
  /** The house's own: shops' secrets are made from it. */
  secret: string
  now(): number
}

/** Who wants to show a show in a page of theirs. */
export type Framing = {
  token: string | undefined
  /** The page that frames, as far as the browser tells. */
  from: string | undefined
}

export type Embeds = ReturnType<typeof createEmbeds>

/** Where a merchant's shows may be shown: an allow-list, and tokens that the merchant's server signs. */
export function createEmbeds({ pg, shows, publicUrl, secret, now }: Needs) {
  const { db } = pg

  const secretOf = (accountId: string, version: number) =>
    createHmac('sha256', secret).update(`embed:${accountId}:${version}`).digest('base64url')

  async function rules({ accountId }: Pick<Who, 'accountId'>): Promise<EmbedRules> {
    const [origins, { signedOnly, secretSince }] = await Promise.all([
      originsOf(db, accountId),
      rulesOf(db, accountId),
    ])
    return { origins, signedOnly, secretSince: secretSince?.toISOString() ?? null }
  }

  return {
    rules,

    /** Holds for every page that is opened after this; what is open stays open. */
    async change(
      who: Who,
      wanted: { origins: EmbedPlace[]; signedOnly: boolean },
    ): Promise<EmbedRules> {
      for (const { showId } of wanted.origins) {
        if (showId !== null) mustHost(await shows.get(showId), who)
      }
      await db.transaction((tx) => saveRules(tx, who.accountId, wanted))
      return rules(who)
    },

    async makeSecret(who: Who): Promise<{ secret: string; secretSince: string }> {
      const { secretVersion, secretSince } = await nextSecret(db, who.accountId)
      return {
        secret: secretOf(who.accountId, secretVersion),
        secretSince: (secretSince as Date).toISOString(),
      }
    },

    /** Only for an origin of the list: a token opens no door that the merchant has not. */
    async makeToken(
      who: Who,
      showId: string,
      { origin, ttlMs = embedTokenMsMax / 4 }: { origin: string; ttlMs?: number },
    ): Promise<{ token: string; expiresAt: string; url: string }> {
      mustHost(await shows.get(showId), who)
      const listed = listedFor(showId, await originsOf(db, who.accountId))
      if (!listed.includes(origin)) {
        throw new Refusal('CONFLICT', `Put ${origin} on your shop's list of pages first.`)
      }
      const { secretVersion } = await rulesOf(db, who.accountId)
      const exp = Math.floor((now() + ttlMs) / 1_000)
      const token = signToken(secretOf(who.accountId, secretVersion), { show: showId, origin, exp })
      const url = `${publicUrl}/embed/${showId}?token=${token}`
      return { token, expiresAt: new Date(exp * 1_000).toISOString(), url }
    },

    /**
     * The origins that may frame this show's page. Throws FORBIDDEN for a token of another show, of
     * another origin or of nobody, and for a page that is not on the list.
     */
    async framers(showId: string, { token, from }: Framing): Promise<string[]> {
      const { host } = await shows.get(showId)
      const [places, { signedOnly, secretVersion }] = await Promise.all([
        originsOf(db, host.id),
        rulesOf(db, host.id),
      ])
      if (token === undefined) {
        if (signedOnly) throw new Refusal('FORBIDDEN', 'This shop wants a signed token here.')
        const listed = listedFor(showId, places)
        if (from !== undefined && from !== publicUrl && !listed.includes(from)) {
          throw new Refusal('FORBIDDEN', `${from} may not show this show.`)
        }
        return listed
      }
      const { show, origin } = readToken(secretOf(host.id, secretVersion), token, now())
      if (show !== showId) throw new Refusal('FORBIDDEN', 'This embed token is for another show.')
      mustBeListed(origin, showId, places)
      if (from !== undefined && from !== publicUrl && from !== origin) {
        throw new Refusal('FORBIDDEN', `This embed token is for ${origin}, not for ${from}.`)
      }
      return [origin]
    },
  }
}

function mustHost({ host }: Show, who: Who): void {
  if (host.id !== who.accountId) throw new Refusal('FORBIDDEN', 'Only the host can do this.')
}

function listedFor(showId: string, places: EmbedPlace[]): string[] {
  const here = places.filter((place) => place.showId === null || place.showId === showId)
  return [...new Set(here.map(({ origin }) => origin))]
}

function mustBeListed(origin: string, showId: string, places: EmbedPlace[]): void {
  if (listedFor(showId, places).includes(origin)) return
  throw new Refusal('FORBIDDEN', `${origin} is not on this shop's list of pages.`)
}
