import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { numberOf } from '../../api/offers.ts'
import type { Room } from '../../api/room.ts'
import { useKeys } from '../../ui/keys.ts'
import { SpokenClock } from '../../watch/spoken.tsx'
import type { Desk } from '../desk.ts'
import { LineupPane } from '../lineup/lineup.tsx'
import { pinOrNot } from '../lineup/lot-acts.ts'
import { SaleForm } from '../lineup/sale-form.tsx'
import { PicturePane } from '../source/picture-pane.tsx'
import { questionsOf } from '../talk/questions.ts'
import { TalkPane } from '../talk/talk-pane.tsx'
import { t } from '../words.ts'
import { AirTop, Strips } from './air-top.tsx'
import { Figures } from './figures.tsx'
import { PaneTabs } from './panes.tsx'

type Props = { desk: Desk; room: Room }

/** The desk while the show runs: picture and line, what is sold, what is said. */
export function OnAir({ desk, room }: Props) {
  const open = useSignal('lineup')
  useKeys({ press: (key) => press(desk, room, key) })
  useStay(desk)
  const saleOf = room.products.find(({ id }) => id === desk.saleOf.value)
  return (
    <>
      <AirTop desk={desk} room={room} />
      <Strips desk={desk} room={room} />
      <Figures desk={desk} room={room} />
      <main class="cols panes" data-open={open.value}>
        <PicturePane desk={desk} room={room} />
        <div class="middle" data-pane="lineup">
          <LineupPane desk={desk} room={room} live />
          {saleOf !== undefined && (
            <SaleForm
              key={saleOf.id}
              desk={desk}
              room={room}
              product={saleOf}
              no={numberOf(room, saleOf.id)}
            />
          )}
        </div>
        <TalkPane desk={desk} room={room} />
      </main>
      <PaneTabs
        label={t('panes')}
        open={open}
        tabs={[
          { id: 'picture', label: t('pane.picture') },
          { id: 'lineup', label: t('pane.lineup') },
          { id: 'talk', label: t('pane.talk'), tally: questionsOf(desk.showId, room).length },
        ]}
      />
      <SpokenClock room={room} />
    </>
  )
}

/** While this window sends, a way to another page opens beside it: turning the page would end the picture. */
function useStay(desk: Desk): void {
  useEffect(() => {
    const beside = ({ target }: MouseEvent) => {
      const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null
      if (link && desk.air.state.peek().at !== 'off') link.target = '_blank'
    }
    // Before the router hears of it.
    document.addEventListener('click', beside, true)
    return () => document.removeEventListener('click', beside, true)
  }, [desk])
}

function press(desk: Desk, room: Room, key: string): boolean {
  if (key === '?') {
    desk.sheet.value = 'keys'
    return true
  }
  if (key === 'm' || key === 'M') {
    desk.source.toggleMicrophone()
    return true
  }
  if (key === 'c' || key === 'C') {
    desk.source.toggleCamera()
    return true
  }
  const product = /^[1-9]$/.test(key) ? room.products[Number(key) - 1] : undefined
  if (product === undefined || product.pulled) return false
  if (room.pinned !== product.id) void pinOrNot(desk.showId, room, product.id)
  return true
}
