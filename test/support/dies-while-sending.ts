/** A process of its own that sends webhooks, and is killed by whoever receives the first. */
import { createLog } from '../../server/base/log.ts'
import { createLogbook } from '../../server/events/log.ts'
import { createHooks } from '../../server/features/hooks/hooks.ts'
import { openPostgres } from '../../server/store/postgres.ts'

const [url = '', secret = ''] = process.argv.slice(2)
const pg = openPostgres(url)
const hooks = createHooks({
  pg,
  log: createLogbook({ db: pg.db, tell: () => undefined }),
  places: { anywhere: true, plain: true },
  secret,
  now: () => new Date(),
  logger: createLog('warn'),
})
process.stdout.write('here')
for (;;) await hooks.sendDue()
