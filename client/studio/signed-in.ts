import { useEffect } from 'preact/hooks'
import { me, signedIn } from '../api/session.ts'
import { go } from '../router.ts'

/** The staff's pages need an account: whoever has none signs in and comes back here. */
export function useSignedIn(here: string): boolean {
  const known = me.value !== undefined
  const ready = signedIn.value
  useEffect(() => {
    if (known && !ready) go(`/sign-in?back=${encodeURIComponent(here)}`, { replace: true })
  }, [known, ready])
  return ready
}
