import { useEffect } from 'preact/hooks'
import { me, signedIn } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { go } from '../router.ts'
import { Loading } from '../ui/states.tsx'
import { MyShows } from './my-shows.tsx'
import { Studio } from './studio.tsx'
import './studio.css'

/** My shows, or the desk of one. */
export function Page({ params }: PageProps) {
  const { showId } = params
  const here = showId === undefined ? '/studio' : `/studio/${showId}`
  const ready = useSignedIn(here)
  if (!ready) return <Loading />
  return showId === undefined ? <MyShows /> : <Studio showId={showId} />
}

/** The staff's pages need an account: whoever has none signs in and comes back here. */
export function useSignedIn(here: string): boolean {
  const known = me.value !== undefined
  const ready = signedIn.value
  useEffect(() => {
    if (known && !ready) go(`/sign-in?back=${encodeURIComponent(here)}`, { replace: true })
  }, [known, ready])
  return ready
}
