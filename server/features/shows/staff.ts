import { moderatorsMax } from '../../../shared/limits.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { mustBeStaff } from './roles.ts'
import type { ShowNeeds } from './shows.ts'
import { moderatorsOf, setModerator, showRow } from './store.ts'

/** Who moderates a show. A role counts from the moment that its change is acknowledged. */
export function staffVerbs({ pg, log, accounts }: ShowNeeds) {
  async function change(who: Who, id: string, accountId: string, add: boolean): Promise<void> {
    const person = (await accounts.people([accountId])).get(accountId)
    await log.write(async (tx, append) => {
      const { hostId } = await showRow(tx, id)
      const as = { actor: who.accountId, need: 'host+admin' } as const
      // The role first: who may not do this learns nothing about whom it is about.
      await append(id, [], as)
      if (!person || person.kind === 'guest') throw notFound('account')
      if (hostId === accountId) throw new Refusal('CONFLICT', 'The host runs the show already.')
      if (!(await setModerator(tx, id, accountId, add))) return
      if (add && (await moderatorsOf(tx, id)).length > moderatorsMax) {
        throw new Refusal('CONFLICT', `A show has ${moderatorsMax} moderators at most.`)
      }
      const about = { accountId, displayName: person.displayName, moderator: add }
      const staff = { ...about, by: who.accountId, byName: who.displayName }
      await append(id, [{ type: 'staff.changed', body: null, staff }], as)
    })
  }

  return {
    async moderators(who: Who, id: string) {
      await mustBeStaff(pg, id, who)
      const ids = await moderatorsOf(pg.db, id)
      const people = await accounts.people(ids)
      return ids.map((accountId) => ({
        accountId,
        displayName: people.get(accountId)?.displayName ?? '',
      }))
    },
    addModerator: (who: Who, id: string, accountId: string) => change(who, id, accountId, true),
    removeModerator: (who: Who, id: string, accountId: string) => change(who, id, accountId, false),
  }
}
