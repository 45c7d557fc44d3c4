import { useEffect, useRef, useState } from 'preact/hooks'
import { asRefused, type Refused } from '../api/refused.ts'

/** What a page asks the server for: still asking, there, or refused. */
export type Asked<T> = {
  value: T | undefined
  refused: Refused | undefined
  again: () => void
  /** What it is from now on; told as a function where what it was may be newer than what was drawn. */
  set: (value: T | ((known: T | undefined) => T | undefined)) => void
}

/** Asks when the page opens and whenever `about` changes; a late answer of an older question is dropped. */
export function useAsked<T>(ask: () => Promise<T>, about: unknown[]): Asked<T> {
  const [value, set] = useState<T>()
  const [refused, setRefused] = useState<Refused>()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let current = true
    setRefused(undefined)
    ask().then(
      (answer) => current && set(answer),
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [...about, turn])
  return { value, refused, set, again: () => setTurn((n) => n + 1) }
}

/** What a page opens when it comes and closes when it goes, anew whenever `about` changes. */
export function useOpen<T extends { close: () => void }>(
  open: () => T,
  about: unknown[],
): T | null {
  const [opened, setOpened] = useState<T | null>(null)
  useEffect(() => {
    const made = open()
    setOpened(made)
    return () => made.close()
  }, about)
  return opened
}

/** True on screens of at least this width, and follows the window. */
export function useWide(query = '(min-width: 64rem)'): boolean {
  const [wide, setWide] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const change = () => setWide(media.matches)
    change()
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [query])
  return wide
}

/** Does something again and again while the page is looked at, and when it is looked at again. */
export function useEvery(ms: number, act: () => void): void {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && latest.current()
    const timer = setInterval(look, ms)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [ms])
}

/** A value once it has rested: typing does not ask the server for every letter. */
export function useRested<T>(value: T, restMs = 250): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return rested
}

/**
 * Runs one intention at a time: a second press while the first waits does nothing. What was thrown
 * goes to `refused`.
 */
export function useBusy(
  refused?: (thrown: unknown) => void,
): [busy: boolean, run: (act: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false)
  const running = useRef(false)
  const run = (act: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    void act()
      .catch(refused)
      .finally(() => {
        running.current = false
        setBusy(false)
      })
  }
  return [busy, run]
}

/** Leads to the first field of a form that needs another look, once it is marked. */
export function lookAtFault(form: Element | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
