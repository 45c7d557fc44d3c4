import { call } from '../api/http.ts'
import { me } from '../api/session.ts'
import { LinkButton } from '../ui/button.tsx'
import { useAsked } from '../ui/use.ts'
import { t } from './words.ts'

type Props = { host: { id: string; displayName: string } }

/** On the page of a host whose shop is open: the way to bring people to it. Nothing elsewhere. */
export function Earn({ host: { id, displayName } }: Props) {
  const { value } = useAsked(() => call('GET', '/hosts/:id/affiliates', { params: { id } }), [id])
  if (!value?.offer || me.value?.account.id === id) return null
  return (
    <LinkButton kind="bare" icon="percent" href={`/h/${id}/join`}>
      {t('host.earn', { host: displayName })}
    </LinkButton>
  )
}
