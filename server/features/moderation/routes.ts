import type { moderationRoutes as table } from '../../../shared/wire/moderation.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Moderation } from './moderation.ts'

export function moderationRoutes(moderation: Moderation): Handlers<typeof table> {
  return {
    held: ({ who, params, query }) => moderation.held(who, params.id, query),
    reports: ({ who, params, query }) => moderation.reports(who, params.id, query),
    person: ({ who, params }) => moderation.person(who, params.id, params.accountId),
    audit: ({ who, params, query }) => moderation.audit(who, params.id, query),
    words: ({ who, params }) => moderation.words(who, params.id),
    addWord: ({ who, params, body }) => moderation.addWord(who, params.id, body),
    removeWord: ({ who, params }) => moderation.removeWord(who, params.id, params.wordId),
  }
}
