import { useEffect, useRef, useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import { findVariant } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { money } from '../ui/money.ts'
import { t } from '../ui/words.ts'

/** Countdown digits are not live. What matters of them is said once each: SCREENS §10. */
export function SpokenClock({ room }: { room: Room }) {
  const [said, setSaid] = useState('')
  const done = useRef(new Set<string>())
  const sale = room.sales.findLast((one) => one.state !== 'ended')
  const title = sale === undefined ? '' : (findVariant(room, sale.variantId)?.product.title ?? '')
  const soldOut = sale !== undefined && room.stock[sale.variantId]?.available === 0

  const once = (key: string, words: string) => {
    if (done.current.has(key)) return
    done.current.add(key)
    setSaid(words)
  }

  useEffect(() => {
    if (sale === undefined) return
    const start = Date.parse(sale.startsAt)
    const end = Date.parse(sale.endsAt)
    const moments = [
      { key: 'open', at: start, words: t('now.at', { title, price: money(sale.price) }) },
      { key: 'minute', at: end - 60_000, words: t('minute.left', { title }) },
      { key: 'last', at: end - 10_000, words: t('ten.left', { title }) },
    ].filter(({ at }) => at >= start && at > serverNow() - 1_000)
    const timers = moments.map(({ key, at, words }) =>
      setTimeout(() => once(`${sale.saleId}:${key}`, words), Math.max(0, at - serverNow())),
    )
    return () => timers.forEach(clearTimeout)
  }, [sale?.saleId, sale?.endsAt])

  useEffect(() => {
    if (soldOut && sale !== undefined) once(`${sale.saleId}:out`, t('sold.out.say', { title }))
  }, [soldOut, sale?.saleId])

  return (
    <p class="sr" role="status">
      {said}
    </p>
  )
}
