/**
 * This page stands in a page of somebody else's. Browsers keep our cookie from it there, so the
 * session's token is kept by the page itself, for this tab and for that other site alone.
 */
export const framed = globalThis.location?.pathname.startsWith('/embed/') ?? false

/** What the page around asked for in the frame's address. */
export const wanted = new URLSearchParams(framed ? location.search : '')

const shelf = 'vitrine-token'
let token: string | null = framed ? kept() : null

/** What HTTP and socket show of the session where there is no cookie. */
export function ownToken(): string | null {
  return token
}

/** A new session, or none; where cookies work, they alone carry it. */
export function keepToken(now: string | null): void {
  if (!framed) return
  token = now
  try {
    if (now === null) sessionStorage.removeItem(shelf)
    else sessionStorage.setItem(shelf, now)
  } catch {
    // A browser that keeps nothing for frames: the session ends with the page.
  }
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(shelf)
  } catch {
    return null
  }
}

/** The address of a show within these pages. */
export function showPath(showId: string): string {
  return framed ? `/embed/${showId}` : `/s/${showId}`
}
