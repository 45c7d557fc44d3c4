import { findVariant } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { type Act, aboutOf, numberAbout } from './acts.ts'
import { spanOf } from './deeds.ts'
import { t, type WordKey } from './words.ts'

/** One act as a sentence: **You** muted **somebody** for 10 min: why. */
export function tellAct(act: Act, room: Room, mine: string | undefined): string {
  const what = whatOf(act, room)
  if (act.by === null && act.type === 'sale.ended') return t('act.sale.over', thingOf(act, room))
  if (act.by === null && act.type === 'code.hidden') return t('act.code.over', thingOf(act, room))
  if (act.by === null && act.type === 'auction.ended') {
    return t('act.auction.over', thingOf(act, room))
  }
  if (act.by === null && act.type === 'giveaway.ended') {
    return t('act.giveaway.over', thingOf(act, room))
  }
  if (act.by === null && act.type === 'poll.closed') return t('act.poll.over', thingOf(act, room))
  const by =
    act.by === null ? t('somebody') : act.by.accountId === mine ? t('by.you') : act.by.displayName
  const sentence = `**${plain(by)}** ${what}`
  const said = act.reason !== null && !/^(sale|auction|giveaway)\./.test(act.type)
  return said ? t('act.with.reason', { what: sentence, reason: plain(act.reason ?? '') }) : sentence
}

function whatOf(act: Act, room: Room): string {
  const who = plain(aboutOf(act, 'displayName') ?? '')
  switch (act.type) {
    case 'chat.slowed': {
      const n = numberAbout(act, 'seconds') ?? 0
      return n > 0 ? t('act.slow.on', { n }) : t('act.slow.off')
    }
    case 'staff.changed': {
      const added = (act.about as { moderator?: unknown }).moderator === true
      return t(added ? 'act.staff.added' : 'act.staff.removed', { who })
    }
    case 'words.changed': {
      const { added, removed } = act.about as Record<string, { text?: string } | undefined>
      const thing = plain((added ?? removed)?.text ?? '')
      return t(added === undefined ? 'act.words.removed' : 'act.words.added', { thing })
    }
    case 'viewer.muted': {
      const until = aboutOf(act, 'until')
      const ms = until === undefined ? 0 : Date.parse(until) - Date.parse(act.at)
      return t('act.viewer.muted', { who, span: spanOf(ms) })
    }
    case 'giveaway.ended':
      return t(
        act.reason === 'drawn' ? 'act.giveaway.drawn' : 'act.giveaway.ended',
        thingOf(act, room),
      )
    default:
      return t(`act.${act.type}` as WordKey, { who, ...thingOf(act, room) })
  }
}

function thingOf(act: Act, room: Room): { thing: string } {
  const product = room.products.find(({ id }) => id === aboutOf(act, 'productId'))
  const variant = findVariant(room, aboutOf(act, 'variantId') ?? '')
  const name = product?.title ?? variant?.product.title ?? aboutOf(act, 'code')
  return { thing: plain(name ?? aboutOf(act, 'question') ?? '') }
}

/** Names and reasons are people's own words: they carry no markup of ours. */
function plain(words: string): string {
  return words.replaceAll('**', '* *').replaceAll('{', '(')
}
