import { call } from '../../api/http.ts'
import type { Room } from '../../api/room.ts'
import { Button } from '../../ui/button.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { Ask } from '../ask.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'

/** Asked once, with what is still open; ending cannot be taken back. */
export function EndAsk({ desk, room, onClose }: { desk: Desk; room: Room; onClose: () => void }) {
  const [busy, run] = useBusy()
  const bags = desk.stock.bags.value
  const end = () =>
    run(async () => {
      const params = { id: desk.showId }
      if (await act(() => call('POST', '/shows/:id/end', { params }))) onClose()
    })
  return (
    <Ask
      title={room.viewers > 0 ? t('end.ask', { n: room.viewers }) : t('end.ask.none')}
      onClose={onClose}
      actions={
        <>
          <Button kind="stop" busy={busy && t('end.ending')} onClick={end}>
            {t('end.yes')}
          </Button>
          <Button kind="quiet-btn" onClick={onClose}>
            {t('end.no')}
          </Button>
        </>
      }
    >
      {bags !== null && (
        <p class="quiet">
          {bags.units > 0 ? t('end.held', { n: bags.units }) : t('end.held.none')}
        </p>
      )}
    </Ask>
  )
}
