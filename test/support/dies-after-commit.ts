/** A process of its own that commits one event and is killed before it can tell anybody. */
import { createLogbook } from '../../server/events/log.ts'
import { openPostgres } from '../../server/store/postgres.ts'

const [url, showId] = process.argv.slice(2)
const pg = openPostgres(url as string)
const log = createLogbook({ db: pg.db, tell: () => process.kill(process.pid, 'SIGKILL') })
await log.write((_tx, append) =>
  append(showId as string, [{ type: 'show.updated', body: { title: 'last words' } }]),
)
throw new Error('it should be dead by now')
