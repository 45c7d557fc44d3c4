import type { DiscountCode } from '../../../shared/wire/promotions.ts'
import { call } from '../../api/http.ts'
import type { Room } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { offWords } from '../../ui/money.ts'
import { rich } from '../../ui/rich.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Empty, Failed, Loading } from '../../ui/states.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { d } from './words-code.ts'

type Props = { desk: Desk; room: Room }

/** Which code stands before the room, until it is taken down, over or used up. */
export function CodeStrip({ desk: { showId }, room: { code } }: Props) {
  const [busy, run] = useBusy()
  if (code === null) return null
  const hide = () =>
    run(async () => {
      await act(() => command('code:show', { showId, codeId: null }), {
        text: d('hidden', { code: code.code }),
        tone: 'plain',
      })
    })
  return (
    <div class="strip good" role="status">
      <Icon name="percent" />
      <span>{rich(d('shown', { code: code.code, off: offWords(code.off) }))}</span>
      <Button kind="quiet-btn" size="desk" class="push" busy={busy && d('hide')} onClick={hide}>
        {d('hide')}
      </Button>
    </div>
  )
}

/** My running codes, to put one before the room. */
export function CodeSheet({ desk, room, onClose }: Props & { onClose: () => void }) {
  const asked = useAsked(
    () => call('GET', '/merchant/codes', { query: { state: 'running', limit: 100 } }),
    [],
  )
  return (
    <Sheet title={d('title')} onClose={onClose}>
      <section>
        <p class="quiet small">{d('help')}</p>
        {asked.value !== undefined ? (
          <Codes {...{ desk, room, onClose }} codes={asked.value.items} />
        ) : asked.refused === undefined ? (
          <Loading rows={3} />
        ) : (
          <Failed title={d('failed')} reference={asked.refused.reference} retry={asked.again} />
        )}
      </section>
    </Sheet>
  )
}

type CodesProps = Props & { onClose: () => void; codes: DiscountCode[] }

function Codes({ codes, ...props }: CodesProps) {
  if (codes.length === 0) {
    return (
      <Empty icon="percent" title={d('none')} help={d('none.help')}>
        <LinkButton kind="soft" size="desk" href="/shop/codes/new">
          {d('make')}
        </LinkButton>
      </Empty>
    )
  }
  return (
    <ul class="codes-to-show">
      {codes.map((code) => (
        <CodeRow key={code.id} code={code} {...props} />
      ))}
    </ul>
  )
}

function CodeRow({
  desk,
  room,
  onClose,
  code,
}: Omit<CodesProps, 'codes'> & { code: DiscountCode }) {
  const [busy, run] = useBusy()
  const { showId } = desk
  const elsewhere = code.showId !== null && code.showId !== showId
  const show = () =>
    run(async () => {
      const told = d('shown', { code: code.code, off: offWords(code.off) })
      const put = () => command('code:show', { showId, codeId: code.id })
      if (await act(put, { text: told, tone: 'ok' })) onClose()
    })
  const words = d('show', { code: code.code })
  return (
    <li class="row">
      <span class="what">
        <Badge tone="good">
          <bdi>{code.code}</bdi>
        </Badge>
        <small class="quiet num">{factsOf(code, elsewhere).join(' · ')}</small>
      </span>
      <Button
        kind="soft"
        size="desk"
        class="push"
        disabled={elsewhere || room.code?.code === code.code}
        busy={busy && words}
        onClick={show}
      >
        {words}
      </Button>
    </li>
  )
}

function factsOf({ off, uses, quota }: DiscountCode, elsewhere: boolean): string[] {
  const used = quota === null ? d('uses', { n: uses }) : d('left', { n: uses, of: quota })
  return [d('off', { off: offWords(off) }), used, ...(elsewhere ? [d('elsewhere')] : [])]
}
