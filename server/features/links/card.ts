import type { Show } from '../../../shared/wire/shows.ts'
import { Answers } from '../../base/answers.ts'
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
  const cards = new Answers<Card>({ max: keptMax, freshMs: keepMs, now })
  return (showId: string): Promise<Card> => cards.of(showId, () => shows.get(showId).then(cardOf))
}

function cardOf({ id, title, host, status, startsAt, lineup }: Show): Card {
  const pictures = lineup.flatMap(({ images }) => images)
  const cover = pictures.find((url) => url.startsWith('/pictures/')) ?? null
  return { id, title, host: host.displayName, status, startsAt, cover }
}
