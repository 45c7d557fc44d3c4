import { useState } from 'preact/hooks'
import type { Webhook } from '../../../shared/wire/hooks.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { useBusy } from '../../ui/use.ts'
import { tell } from '../tell.ts'
import { w } from './words-connections.ts'

type Props = { webhook: Webhook; onChange: (now: Webhook) => void; removed: () => void }
type Asking = 'switch.off' | 'remove'

/** On again at once; off, or away, after a question. */
export function Ending({ webhook: { id, off }, onChange, removed }: Props) {
  const [asking, setAsking] = useState<Asking | null>(null)
  const place = useFocusKept<HTMLDivElement>(`${asking} ${off}`)
  const [busy, run] = useBusy(tell)
  const put = (on: boolean) =>
    run(async () => {
      onChange(await call('PATCH', '/merchant/webhooks/:id', { params: { id }, body: { on } }))
      setAsking(null)
    })
  const remove = () =>
    run(async () => {
      await call('DELETE', '/merchant/webhooks/:id', { params: { id } })
      removed()
    })
  if (asking !== null) {
    const isOff = asking === 'switch.off'
    return (
      <div ref={place} class="ask-once" role="alertdialog" aria-label={w(asking)}>
        <span>{w(`${asking}.ask`)}</span>
        <Button kind="quiet-btn" size="desk" onClick={() => setAsking(null)}>
          {w('no')}
        </Button>
        <Button
          kind="stop"
          size="desk"
          busy={busy && w(isOff ? 'switching' : 'removing')}
          onClick={isOff ? () => put(false) : remove}
        >
          {w(asking)}
        </Button>
      </div>
    )
  }
  return (
    <div ref={place} class="row">
      {off === null ? (
        <Button kind="quiet-btn" size="desk" onClick={() => setAsking('switch.off')}>
          {w('switch.off')}
        </Button>
      ) : (
        <Button size="desk" busy={busy && w('switching')} onClick={() => put(true)}>
          {w('switch.on')}
        </Button>
      )}
      <Button kind="stop-quiet" size="desk" onClick={() => setAsking('remove')}>
        {w('remove')}
      </Button>
    </div>
  )
}
