import type { embedRoutes as table } from '../../../shared/wire/embeds.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Embeds } from './embeds.ts'

export function embedRoutes(embeds: Embeds): Handlers<typeof table> {
  return {
    embedRules: ({ who }) => embeds.rules(who),
    changeEmbedRules: ({ who, body }) => embeds.change(who, body),
    makeEmbedSecret: ({ who }) => embeds.makeSecret(who),
    makeEmbedToken: ({ who, params, body }) => embeds.makeToken(who, params.id, body),
  }
}
