import { sql } from 'drizzle-orm'
import { newId } from '../../base/ids.ts'
import type { Logger } from '../../base/log.ts'
import type { Postgres, Tx } from '../../store/postgres.ts'
import { type Facts, isKind, type Kind, letter } from './letters.ts'
import type { Post } from './post.ts'
import { mails } from './schema.ts'
import { batchMax, claimDue, type Due, giveUp, markSent, putBack } from './store.ts'

export { filePost, type Post, smtpPost } from './post.ts'

/** So long one run takes further letters: a process that closes waits for it. */
const runMs = 1_000
/**
 * So long it waits for a mail server that says nothing: a server that looks at a letter for some seconds has it already,
 * and called back it would come twice. Less than the house has for closing.
 */
const patienceMs = 5_000

type Needs = {
  pg: Pick<Postgres, 'jobs'>
  post: Post
  from: string
  publicUrl: string
  logger: Logger
}

export type Mail = ReturnType<typeof createMail>

/** Letters: rows written with the change they tell of, sent until sent. */
export function createMail({ pg, post, from, publicUrl, logger }: Needs) {
  const leaving = new AbortController()

  /** Whether it is on its way. */
  async function send({ id, to, kind, facts, last }: Due): Promise<boolean> {
    if (!isKind(kind)) throw new Error(`no letter is called ${kind}`)
    try {
      await post({ id, to, from, letter: letter(kind, facts as never, publicUrl) }, leaving.signal)
      await markSent(pg.jobs, id)
      return true
    } catch (error) {
      if (leaving.signal.aborted) {
        await putBack(pg.jobs, id)
        return false
      }
      // What a mail server says may name the address: only its codes are kept.
      const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
      const line = { mailId: id, kind, code, responseCode }
      if (!last) logger.warn(line, 'letter not sent, will be tried again')
      else {
        await giveUp(pg.jobs, id)
        logger.error(line, 'letter given up')
      }
      return false
    }
  }

  return {
    /** Writes a letter in the caller's transaction. */
    async write<K extends Kind>(
      tx: Tx,
      { to, kind, facts }: { to: string; kind: K; facts: Facts[K] },
    ): Promise<void> {
      const now = sql`clock_timestamp()` as never
      await tx.insert(mails).values({ id: newId(), to, kind, facts, createdAt: now, dueAt: now })
    },

    /**
     * Sends what is due, as long as it is taken; several nodes may do so at once. What is left has its turn a
     * second later. Answers how many letters it took.
     */
    async sendDue(): Promise<number> {
      const until = performance.now() + runMs
      let took = 0
      do {
        const due = await claimDue(pg.jobs)
        const sent = await Promise.all(due.map(send))
        took += due.length
        if (due.length < batchMax || sent.includes(false)) break
      } while (performance.now() < until)
      return took
    },

    /** The house closes: what a mail server has not taken soon is called back and is due again at once. */
    leave(): void {
      setTimeout(() => leaving.abort(), patienceMs).unref()
    },
  }
}
