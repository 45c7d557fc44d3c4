import { useEffect, useRef } from 'preact/hooks'
import { newKey } from '../api/http.ts'
import { path, query } from '../router.ts'

type Keys = { for: (what: unknown) => string; done: () => void }

/** One key for one intention: the same while it is tried again, another for anything else. */
export function useKeys(): Keys {
  const kept = useRef<{ what: string; key: string } | null>(null)
  return {
    for(what) {
      const written = JSON.stringify(what)
      if (kept.current?.what !== written) kept.current = { what: written, key: newKey() }
      return kept.current.key
    },
    done() {
      kept.current = null
    },
  }
}

/** This page's address with some of its parameters changed; null takes one away. */
export function here(changes: Record<string, string | null>): string {
  const next = new URLSearchParams(query.value)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  return next.size > 0 ? `${path.value}?${next}` : path.value
}

/** The browser asks before it throws away what was typed. */
export function useGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [dirty])
}
