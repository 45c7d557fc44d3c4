import { useEffect, useRef } from 'preact/hooks'
import { on, whenBack } from '../api/socket.ts'

/** Asks again when an order of mine changed, or this one; and when the line is back. */
export function useOrderNews(again: () => void, orderId?: string): void {
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    const stops = [
      on('order:changed', (push) => {
        if (orderId === undefined || push.orderId === orderId) latest.current()
      }),
      whenBack(() => latest.current()),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [orderId])
}
