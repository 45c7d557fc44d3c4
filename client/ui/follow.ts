import type { Ref } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** So near its end a list still counts as read to the end. */
const nearEndPx = 24

export function isAtEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx
}

type Following = {
  list: Ref<HTMLDivElement>
  /** Lines that came while somebody read further up. */
  unseen: number
  onScroll: () => void
  toEnd: () => void
}

/**
 * A talk follows its newest line, and stands still while somebody reads further up. `more` changes
 * with whatever else makes the list longer.
 */
export function useFollow(lines: readonly { seq: number }[], more = 0): Following {
  const list = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const seen = useRef(0)
  const [unseen, setUnseen] = useState(0)
  const last = lines.at(-1)?.seq ?? 0
  const toEnd = () => {
    const box = list.current
    if (box !== null) box.scrollTop = box.scrollHeight
    seen.current = last
    setUnseen(0)
  }
  useLayoutEffect(() => {
    if (following.current) toEnd()
    else setUnseen(lines.filter(({ seq }) => seq > seen.current).length)
  }, [last, more])
  const onScroll = () => {
    const box = list.current
    if (box === null) return
    following.current = isAtEnd(box)
    if (!following.current) return
    seen.current = last
    setUnseen(0)
  }
  return { list, unseen, onScroll, toEnd }
}
