import { randomInt } from 'node:crypto'
import type { ShortLink } from '../../../shared/wire/links.ts'
import { notFound } from '../../base/refusal.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shows } from '../shows/shows.ts'
import { linkOf, saveLink, targetOf } from './store.ts'

/** No vowels, so that a code is no word, and nothing that looks like something else. */
const letters = '23456789bcdfghjkmnpqrstvwxyz'
const codeLength = 8
/** What a short link looks like; an id of a show never does. */
export const codeForm = `[${letters}]{${codeLength}}`

type Needs = { pg: Postgres; shows: Pick<Shows, 'get'>; publicUrl: string }

export type Links = ReturnType<typeof createLinks>

/** Short links: one for each show, and one for each product in it. */
export function createLinks({ pg, shows, publicUrl }: Needs) {
  return {
    /** The same link for everybody and for ever, whoever asks first. */
    async make(showId: string, productId: string | null): Promise<ShortLink> {
      const { lineup } = await shows.get(showId)
      if (productId !== null && !lineup.some(({ id }) => id === productId))
        throw notFound('product')
      const known = await linkOf(pg.db, showId, productId)
      const code = known ?? (await saveLink(pg.db, newCode(), showId, productId))
      return { code, url: `${publicUrl}/s/${code}` }
    },

    /** The page that a short link stands for: the show, at the product; it is its replay, once over. */
    async pathOf(code: string): Promise<string> {
      const target = await targetOf(pg.db, code)
      if (!target) throw notFound('link')
      const at = target.productId === null ? '' : `?product=${target.productId}`
      return `/s/${target.showId}${at}`
    },
  }
}

function newCode(): string {
  return Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
}
