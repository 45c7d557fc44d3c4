import type { Order } from '../../shared/wire/orders.ts'
import { call } from '../api/http.ts'
import { Pay, takesCards } from '../pay/pay.ts'
import {
  AwayStep,
  BankStep,
  CardStep,
  DeclinedStep,
  EndedStep,
  PaidStep,
  PayStrip,
  ProviderLine,
} from '../pay/steps.tsx'
import { Button } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { money } from '../ui/money.ts'
import { Sheet } from '../ui/sheet.tsx'
import { useAsked, useOpen } from '../ui/use.ts'
import { t } from '../ui/words.ts'

/** Pays an order that waits, from its own page. */
export function PaySheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const pay = useOpen(() => {
    const made = new Pay()
    made.resume(order)
    return made
  }, [])
  return pay === null ? null : <OpenPay pay={pay} onClose={onClose} />
}

function OpenPay({ pay, onClose }: { pay: Pay; onClose: () => void }) {
  const step = pay.step.value
  const order = pay.order.value
  if (order === null) return null
  if (step === 'paid') {
    return (
      <Sheet
        title={t('yours.plain')}
        titleHidden
        onClose={onClose}
        footer={
          <Button wide onClick={onClose}>
            {t('see.order')}
          </Button>
        }
      >
        <PaidStep order={order} imageOf={() => undefined} />
      </Sheet>
    )
  }
  const over = step === 'ended' || step === 'refunded'
  const busy = step === 'paying' || step === 'waiting'
  return (
    <Sheet
      title={t('order', { number: `#${order.number}` })}
      aside={!over && <HoldClock until={order.expiresAt} />}
      onClose={onClose}
      strip={<PayStrip pay={pay} />}
      footer={
        !over &&
        step !== 'asks' &&
        step !== 'away' && (
          <Button
            size="tall"
            wide
            icon="lock"
            busy={busy && t('paying')}
            onClick={() => void pay.pay()}
          >
            {t('order.pay', { price: money(order.total) })}
          </Button>
        )
      }
    >
      {over ? (
        <EndedStep pay={pay} />
      ) : step === 'asks' ? (
        <BankStep pay={pay} />
      ) : step === 'away' ? (
        <AwayStep pay={pay} />
      ) : step === 'declined' ? (
        <DeclinedStep pay={pay} />
      ) : (
        <PayBy pay={pay} order={order} />
      )}
    </Sheet>
  )
}

/** What pays: a card that is chosen here, or the provider's own page. */
function PayBy({ pay, order }: { pay: Pay; order: Order }) {
  const { value } = useAsked(
    () => call('GET', '/orders/:id/payment', { params: { id: order.id } }),
    [order.id],
  )
  if (value === undefined) return null
  if (takesCards(value.provider)) return <CardStep pay={pay} />
  return <ProviderLine provider={value.provider} />
}
