import { useRef } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import type { Pay } from '../pay/pay.ts'
import { EndedStep } from '../pay/steps.tsx'
import { go } from '../router.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Empty } from '../ui/states.tsx'
import { t } from '../ui/words.ts'
import { Checkout } from './checkout.tsx'
import { OrderSheet, PaidSheet } from './order-sheet.tsx'
import { type BagLine, inPlace, oneCurrency, type Visit } from './visit.ts'

type Props = { visit: Visit; room: Room; pay: Pay }

/** Bag and checkout are one sheet; an order that is placed stands in it until it is paid or over. */
export function BagSheet({ visit, room, pay }: Props) {
  const lines = useSteadyLines(visit)
  const close = () => {
    visit.sheet.value = null
    const step = pay.step.value
    if (step === 'paid' || step === 'ended' || step === 'refunded') pay.reset()
  }
  const step = pay.step.value
  if (step === 'paid') return <PaidSheet room={room} pay={pay} close={close} />
  if (step === 'ended' || step === 'refunded') {
    return (
      <Sheet title={t('checkout')} onClose={close}>
        <EndedStep pay={pay} />
      </Sheet>
    )
  }
  if (pay.order.value !== null) return <OrderSheet pay={pay} close={close} />
  if (lines.length === 0) return <EmptySheet visit={visit} close={close} />
  return <Checkout visit={visit} room={room} pay={pay} lines={lines} close={close} />
}

/** While a hold is on its way the bag stands as it was: a line may be gone only until its hold is a smaller one. */
function useSteadyLines({ bag, holding }: Visit): BagLine[] {
  const shown = useRef(bag.value)
  if (holding.value.size === 0) shown.current = inPlace(shown.current, bag.value)
  return oneCurrency(shown.current)
}

function EmptySheet({ visit, close }: { visit: Visit; close: () => void }) {
  return (
    <Sheet title={t('bag')} onClose={close}>
      <Empty icon="bag" title={t('bag.empty')} help={t('bag.empty.help')}>
        <Button size="desk" onClick={() => (visit.sheet.value = { name: 'list' })}>
          {t('bag.look')}
        </Button>
        <Button kind="quiet-btn" size="desk" onClick={() => go('/orders')}>
          {t('orders.mine')}
        </Button>
      </Empty>
    </Sheet>
  )
}
