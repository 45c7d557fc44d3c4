import type { Show } from '../../../shared/wire/shows.ts'
import type { Shows } from '../shows/shows.ts'

/** What other places show of a show when somebody links to it. */
export type Card = {
  id: string
  title: string
  host: string
  status: Show['status']
  startsAt: string | null
  /** The first picture of the line-up that is kept here. */
  cover: string | null
}

/** Crawlers come in crowds when a link goes round; a title may be this old on a card. */
const keepMs = 5_000
const keptMax = 1_000

/** Reads cards, each once in a while, however many ask. */
export function createCards(shows: Pick<Shows, 'get'>, now: () => number) {
  const kept = new Map<string, { at: number; card: Promise<Card> }>()
  return (showId: string): Promise<Card> => {
    const known = kept.get(showId)
    if (known && now() - known.at < keepMs) return known.card
    const card = shows.get(showId).then(cardOf)
    kept.delete(showId)
    kept.set(showId, { at: now(), card })
    card.catch(() => kept.delete(showId))
    const [oldest] = kept.keys()
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
    return card
  }
}

function cardOf({ id, title, host, status, startsAt, lineup }: Show): Card {
  const pictures = lineup.flatMap(({ images }) => images)
  const cover = pictures.find((url) => url.startsWith('/pictures/')) ?? null
  return { id, title, host: host.displayName, status, startsAt, cover }
}
