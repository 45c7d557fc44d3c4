import type { ReplyOf } from '../../api/contract.ts'
import { type Fresh, keepFresh } from '../../api/fresh.ts'
import { call } from '../../api/http.ts'

export type Staff = ReplyOf<'GET', '/shows/:id/moderators'>['items'][number]

/** Who moderates the show. */
export function openStaff(showId: string): Fresh<Staff> {
  return keepFresh({
    showId,
    types: ['staff.changed'],
    ask: async () => (await call('GET', '/shows/:id/moderators', { params: { id: showId } })).items,
  })
}
