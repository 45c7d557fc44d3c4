import { useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'
import { tellNo } from '../studio/act.ts'
import { More } from '../ui/more.tsx'
import { rich } from '../ui/rich.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { type Act, actsShown } from './acts.ts'
import { minuteOf } from './clock.ts'
import type { Desk } from './desk.ts'
import { tellAct } from './tell-act.ts'
import { undoOf } from './undo.ts'
import { t } from './words.ts'

type Props = { desk: Desk; room: Room }

/** Who did what, newest first; what can be taken back has its Undo here. */
export function LogPane({ desk, room }: Props) {
  const [all, setAll] = useState(false)
  const { items, refused, refresh } = desk.acts
  return (
    <>
      <header class="rule">
        <h2>{t('log')}</h2>
        {(items.value?.length ?? 0) > 0 && (
          <button type="button" class="do-link push" onClick={() => setAll(true)}>
            {t('log.all')}
          </button>
        )}
      </header>
      {items.value === null && refused.value !== null && (
        <Failed title={t('log.failed')} reference={refused.value.reference} retry={refresh} />
      )}
      {items.value === null && refused.value === null && <Loading rows={3} />}
      {items.value?.length === 0 && <p class="quieter none">{t('log.none')}</p>}
      {items.value !== null && <Lines desk={desk} room={room} acts={items.value} />}
      {all && <LogSheet desk={desk} room={room} onClose={() => setAll(false)} />}
    </>
  )
}

function Lines({ desk, room, acts }: Props & { acts: Act[] }) {
  const mine = desk.store.you.value?.accountId
  return (
    <ol class="log fill">
      {acts.map((act) => {
        const undo = undoOf(desk, acts, act)
        return (
          <li key={act.seq}>
            <time class="num" dateTime={act.at}>
              {minuteOf(act.at)}
            </time>
            <span>{rich(tellAct(act, room, mine))}</span>
            {undo !== null ? (
              <button type="button" class="act" onClick={undo}>
                {t('undo')}
              </button>
            ) : (
              <span />
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** All of it, page by page, back to the beginning. The newest move on while older ones are read. */
function LogSheet({ desk, room, onClose }: Props & { onClose: () => void }) {
  const newest = desk.acts.items.value ?? []
  const [read, setRead] = useState(newest)
  const [cursor, setCursor] = useState<string | null>(
    newest.length < actsShown ? null : String(newest.at(-1)?.seq),
  )
  const showMore = async () => {
    if (cursor === null) return
    const page = await call('GET', '/shows/:id/audit', {
      params: { id: desk.showId },
      query: { limit: actsShown, cursor },
    })
    setRead((known) => [...known, ...page.items])
    setCursor(page.nextCursor)
  }
  return (
    <Sheet title={t('log.title')} onClose={onClose} class="log-sheet">
      <Lines desk={desk} room={room} acts={together(newest, read)} />
      {cursor !== null && <More showMore={showMore} label={t('log.more')} tell={tellNo} />}
    </Sheet>
  )
}

/** Each act once, newest first. */
function together(newest: Act[], read: Act[]): Act[] {
  const seqs = new Set(newest.map(({ seq }) => seq))
  return [...newest, ...read.filter(({ seq }) => !seqs.has(seq))]
}
