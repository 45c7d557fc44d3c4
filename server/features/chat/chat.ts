import type { ReactionKind } from '../../../shared/wire/chat.ts'
import { newId, sha256Text } from '../../base/ids.ts'
import { invalid, unavailable } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import { type Postgres, rethrow, type Sql } from '../../store/postgres.ts'
import type { Moderation } from '../moderation/moderation.ts'
import { judge } from './judge.ts'
import { OwnWords, type Words } from './own-words.ts'
import { Reactions } from './reactions.ts'
import { clean } from './rules.ts'
import { type Answer, type Ask, reactionsOf, say } from './store.ts'

type Needs = {
  pg: Postgres
  log: Log
  moderation: Pick<Moderation, 'ownWords' | 'mayReact'>
  /** Refuse the same text again and again; off for load tests, as RATE_LIMITS says. */
  flood: boolean
  /** How long messages may gather before they are decided together. */
  gatherMs(): number
}

type OfMessage = { showId: string; messageId: string }
type Message = Pick<Ask, 'id' | 'showId' | 'accountId' | 'key' | 'text' | 'hash'>

/** A show's words can change while a message is judged; more often than this in a row they do not. */
const judgedMax = 4

export type Chat = ReturnType<typeof createChat>

/** What is said in a show, and what its staff do about it. */
export function createChat({ pg, log, moderation, flood, gatherMs }: Needs) {
  const sql = pg.talk
  const words = new OwnWords(moderation.ownWords)
  const reactions = new Reactions(sql)
  const batches = new GroupCommit<Ask, Answer>({
    slots: (ask) => [ask.accountId],
    same: (ask) => `${ask.accountId} ${ask.key} ${ask.showId} ${ask.hash} ${ask.print}`,
    gatherMs,
    async run(asks) {
      const { answers, events } = await say(sql, asks, flood)
      log.told(events)
      return answers
    },
  })

  /** Judged with the words that this process knows; again when the answer says that they are old. */
  async function speak(message: Message, times = 1): Promise<Answer> {
    const own = await words.of(message.showId).catch(rethrow)
    const answer = await batches.ask({ ...message, ...judged(message.text, own) })
    if (answer.kind !== 'stale') return answer
    if (times === judgedMax) throw unavailable()
    await words.forget(message.showId, own.print)
    return speak(message, times + 1)
  }

  return {
    ...staffVerbs(sql, log),

    /**
     * Says something: durable and in its place when this answers, or with a moderator. Mutes, bans,
     * slow mode, roles and the show's words count as of the commit. The key makes a repeat answer the
     * first result.
     */
    async send(
      who: Who,
      { showId, text: raw, key }: { showId: string; text: string; key: string },
    ): Promise<{ messageId: string; seq: number } | { held: true }> {
      const cleaned = clean(raw)
      if ('problem' in cleaned) throw invalid('/text', cleaned.problem)
      const { text } = cleaned
      const hash = sha256Text(text)
      const id = newId()
      const answer = await speak({ id, showId, accountId: who.accountId, key, text, hash })
      if (answer.kind !== 'sent') return { held: true }
      return { messageId: answer.messageId, seq: answer.seq }
    },

    /** Counted here, written once a second, told in sum. */
    async react(who: Who, what: { showId: string; kind: ReactionKind }): Promise<void> {
      await moderation.mayReact(what.showId, who)
      reactions.add(what.showId, what.kind)
    },

    /** Writes what was counted; what cannot be written is counted again next time. */
    flushReactions: () => reactions.flush().catch(rethrow),

    /** Totals by show and kind as last written, for the pulse. */
    readReactions: (showIds: string[]) => reactionsOf(sql, showIds).catch(rethrow),

    /** Takes nothing new, decides what is waiting, writes what was counted. */
    async close(): Promise<void> {
      await batches.close()
      await reactions.flush()
    },
  }
}

function staffVerbs(sql: Sql, log: Log) {
  const act = async (name: string, who: Who, what: { showId: string }): Promise<void> => {
    await log.call(sql, name, { ...what, by: who.accountId })
  }
  return {
    /** The words leave every screen and the database; their place in the log stays. */
    remove: (who: Who, what: OfMessage & { reason: string }) => act('delete_message_v1', who, what),

    /** A held message is said now, unless its author may not speak any more. */
    approve: (who: Who, what: OfMessage) => act('approve_message_v1', who, what),

    refuse: (who: Who, what: OfMessage) => act('refuse_message_v1', who, what),

    /** One message above the chat; the last pin wins, null takes it down. */
    pin: (who: Who, what: { showId: string; messageId: string | null }) =>
      act('pin_message_v1', who, what),

    /** Holds from its acknowledgement, on every node. Staff are not slowed. */
    slow: (who: Who, what: { showId: string; seconds: number }) => act('slow_chat_v1', who, what),
  }
}

function judged(text: string, own: Words): Pick<Ask, 'print' | 'action' | 'reason' | 'marks'> {
  const verdict = judge(text, own.words)
  if (verdict.action !== 'hold') return { print: own.print, action: verdict.action }
  return { print: own.print, ...verdict }
}
