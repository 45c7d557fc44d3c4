import { useState } from 'preact/hooks'
import { call } from '../../api/http.ts'
import type { Room } from '../../api/room.ts'
import { Button } from '../../ui/button.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { Pick } from './pick.tsx'

/** More of my products into the window, at its end. */
export function AddSheet({ desk, room, onClose }: { desk: Desk; room: Room; onClose: () => void }) {
  const [chosen, setChosen] = useState<string[]>([])
  const [busy, run] = useBusy()
  const here = room.products.map(({ id }) => id)
  const add = () =>
    run(async () => {
      const body = { lineup: [...here, ...chosen] }
      const done = await act(() =>
        call('PATCH', '/shows/:id', { params: { id: desk.showId }, body }),
      )
      if (done) onClose()
    })
  return (
    <Sheet
      title={t('pick.title')}
      onClose={onClose}
      footer={
        <Button wide disabled={chosen.length === 0} busy={busy && t('staff.adding')} onClick={add}>
          {chosen.length === 0 ? t('pick.first') : t('pick.add', { n: chosen.length })}
        </Button>
      }
    >
      <section>
        <Pick chosen={chosen} taken={new Set(here)} onChange={setChosen} />
      </section>
    </Sheet>
  )
}
