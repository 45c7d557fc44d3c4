import { useState } from 'preact/hooks'
import type { Room, ShownProduct } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { Picked, WhichOne } from './terms.tsx'
import { v } from './words-giveaway.ts'

type Props = { desk: Desk; room: Room; productId: string }

const lengths = [30_000, 60_000, 180_000, 300_000, 600_000]

/** One unit for nothing: which one, and for how long people may enter. */
export function GiveawaySheet({ desk, room, productId }: Props) {
  const product = room.products.find(({ id }) => id === productId)
  const close = () => (desk.giveawayOf.value = null)
  if (product === undefined) return null
  return (
    <Sheet title={v('title', { title: product.title })} onClose={close}>
      <section>
        <Terms showId={desk.showId} product={product} onClose={close} />
      </section>
    </Sheet>
  )
}

type TermsProps = { showId: string; product: ShownProduct; onClose: () => void }

function Terms({ showId, product, onClose }: TermsProps) {
  const [variantId, setVariant] = useState(product.variants[0]?.id ?? '')
  const [durationMs, setDuration] = useState(60_000)
  const [busy, run] = useBusy()
  const start = () =>
    run(async () => {
      const text = v('opened', { title: product.title })
      const open = () => command('giveaway:open', { showId, variantId, durationMs })
      if (await act(open, { text, tone: 'ok' })) onClose()
    })
  return (
    <Form class="terms" submit={start}>
      <p class="quiet small">{v('help')}</p>
      <WhichOne {...{ product, variantId }} onChoose={setVariant} />
      <Picked label={v('runs')} of={lengths} value={durationMs} onChoose={setDuration} />
      <Button type="submit" size="tall" wide busy={busy && v('starting')}>
        {v('start')}
      </Button>
    </Form>
  )
}
