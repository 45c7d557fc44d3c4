import type { reportRoutes as table } from '../../../shared/wire/report.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Analytics } from './analytics.ts'

export function reportRoutes(analytics: Pick<Analytics, 'report'>): Handlers<typeof table> {
  return {
    showReport: ({ who, params }) => analytics.report(who, params.id),
  }
}
