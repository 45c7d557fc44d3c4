import type { Room } from '../api/room.ts'
import { c } from '../pay/words-code.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useRest } from '../ui/clocks.tsx'
import { money, offWords } from '../ui/money.ts'
import { at } from '../ui/time.ts'
import type { Visit } from './visit.ts'

type Code = NonNullable<Room['code']>

/** The code that the host shows: on paper, beside the ticket, one tap from the bag. It leaves at its end. */
export function ShownCode({ visit, room }: { visit: Visit; room: Room }) {
  const { code } = room
  const rest = useRest(code?.endsAt)
  if (code === null || !room.show.sells || (code.endsAt !== null && rest === 0)) return null
  const kept = visit.code.value === code.code
  return (
    <section class="shown-code" data-zone="paper" aria-label={c('here')}>
      <p>
        <Badge tone="good" icon="percent">
          <bdi class="one-line">{code.code}</bdi>
        </Badge>
        <span class="num">{termsOf(code).join(' · ')}</span>
      </p>
      <Button
        kind="soft"
        size="desk"
        {...(kept ? { icon: 'check' as const } : {})}
        onClick={() => visit.keepCode(code.code)}
      >
        {c(kept ? 'kept' : 'apply')}
      </Button>
    </section>
  )
}

/** `10 % off`, `from $40.00`, `until 20:30`: what is true for everybody. */
function termsOf({ off, minimum, productIds, endsAt }: Code): string[] {
  return [
    c('off', { off: offWords(off) }),
    productIds === null ? '' : c('some'),
    minimum === null ? '' : c('from', { sum: money(minimum) }),
    endsAt === null ? '' : c('until', { when: at(endsAt) }),
  ].filter((term) => term !== '')
}
