import type { Room } from '../api/room.ts'
import type { Desk } from './desk.ts'
import { Picture } from './picture.tsx'
import { Poll } from './poll.tsx'
import { Products } from './products.tsx'
import { Rules } from './rules.tsx'
import { t } from './words.ts'

export function ShowPane({ desk, room }: { desk: Desk; room: Room }) {
  const { status } = room.show
  const isOn = status === 'live' || status === 'interrupted'
  return (
    <section class="pane" data-pane="show" aria-label={t('show')}>
      <Picture showId={desk.showId} room={room} />
      <Rules desk={desk} room={room} />
      {isOn && <Poll showId={desk.showId} room={room} />}
      <Products desk={desk} room={room} />
    </section>
  )
}
