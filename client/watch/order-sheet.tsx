import type { Room } from '../api/room.ts'
import { OrderSum } from '../pay/order-sum.tsx'
import type { Pay } from '../pay/pay.ts'
import { AwayStep, BankStep, DeclinedStep, PaidStep, PayStrip } from '../pay/steps.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { money, times } from '../ui/money.ts'
import { Sheet } from '../ui/sheet.tsx'
import { t } from '../ui/words.ts'

/** An order is placed and its payment open: no second order, only this one. */
export function OrderSheet({ pay, close }: { pay: Pay; close: () => void }) {
  const order = pay.order.value
  const step = pay.step.value
  if (order === null) return null
  const isElsewhere = step === 'asks' || step === 'away'
  return (
    <Sheet
      title={t('checkout')}
      aside={<HoldClock until={order.expiresAt} />}
      closeLabel={t('bag.keep')}
      onClose={close}
      strip={<PayStrip pay={pay} />}
      footer={
        !isElsewhere && (
          <Button
            size="tall"
            wide
            icon="lock"
            busy={(step === 'paying' || step === 'waiting') && t('paying')}
            onClick={() => void pay.pay()}
          >
            <span>
              {t(step === 'declined' ? 'pay.again' : 'pay')}{' '}
              <span class="num">{money(order.total)}</span>
            </span>
          </Button>
        )
      }
    >
      {step === 'asks' ? (
        <BankStep pay={pay} />
      ) : step === 'away' ? (
        <AwayStep pay={pay} />
      ) : step === 'declined' ? (
        <DeclinedStep pay={pay} />
      ) : (
        <OrderLines pay={pay} />
      )}
    </Sheet>
  )
}

function OrderLines({ pay }: { pay: Pay }) {
  const order = pay.order.value
  if (order === null) return null
  return (
    <>
      <section class="bought">
        {order.items.map((item) => (
          <div class="row" key={item.holdId}>
            <span class="one-line">{item.title}</span>
            <span class="quiet num">× {item.quantity}</span>
            <span class="push num">{money(times(item.price, item.quantity))}</span>
          </div>
        ))}
      </section>
      <section>
        <OrderSum order={order} total={t('total')} />
      </section>
    </>
  )
}

/** Paid: what it was, and the way back. */
export function PaidSheet({ room, pay, close }: { room: Room; pay: Pay; close: () => void }) {
  const order = pay.order.value
  if (order === null) return null
  const imageOf = (productId: string) =>
    room.products.find((product) => product.id === productId)?.images[0]
  return (
    <Sheet
      title={t('yours.plain')}
      titleHidden
      onClose={close}
      footer={
        <div class="row acts">
          <LinkButton kind="quiet-btn" href={`/orders/${order.id}`}>
            {t('see.order')}
          </LinkButton>
          <Button onClick={close}>{t('back.show')}</Button>
        </div>
      }
    >
      <PaidStep order={order} imageOf={imageOf} />
    </Sheet>
  )
}
