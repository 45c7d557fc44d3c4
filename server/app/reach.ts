import { createEmbeds } from '../features/embeds/embeds.ts'
import { createCards } from '../features/links/card.ts'
import { codeForm, createLinks } from '../features/links/links.ts'
import { createSharePictures, tagOf } from '../features/links/picture.ts'
import type { Windows } from '../http/windows.ts'
import type { Floor } from './floor.ts'
import type { Rooms } from './rooms.ts'

/** How shows are found and shown elsewhere: embeds, short links, cards of links. */
export function openReach({ config, pg, now }: Floor, { shows, catalog, following }: Rooms) {
  const { PUBLIC_URL: publicUrl, SESSION_SECRET: secret } = config
  const embeds = createEmbeds({ pg, shows, publicUrl, secret, now })
  const links = createLinks({ pg, shows, publicUrl })
  const card = createCards(shows, now)
  const draw = createSharePictures(catalog.pictureShelf.dir)
  const windows: Windows = {
    publicUrl,
    codeForm,
    card,
    hostCard: following.host,
    shareTag: async (showId) => tagOf(await card(showId)),
    sharePicture: async (showId) => draw(await card(showId)),
    pathOf: links.pathOf,
    framers: embeds.framers,
  }
  return { embeds, links, windows }
}
