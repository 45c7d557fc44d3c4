import type { PageProps } from '../app.tsx'
import { Loading } from '../ui/states.tsx'
import { MyShows } from './shows/my-shows.tsx'
import { useSignedIn } from './signed-in.ts'
import { Studio } from './studio.tsx'
import './studio.css'

/** My shows, or the desk of one. */
export function Page({ params }: PageProps) {
  const { showId } = params
  const ready = useSignedIn(showId === undefined ? '/studio' : `/studio/${showId}`)
  if (!ready) return <Loading />
  return showId === undefined ? <MyShows /> : <Studio showId={showId} />
}
