import { call } from '../api/http.ts'
import { followed } from '../api/kept.ts'
import { LinkButton } from '../ui/button.tsx'
import { Face } from '../ui/pic.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { useAsked } from '../ui/use.ts'
import { Follow } from './follow.tsx'
import { t } from './words.ts'
import './host.css'

type Host = { id: string; displayName: string }
type Props = { host: Host; back: string; onClose: () => void }

/** Whose show it is, and the way to all of them, while this one runs on. */
export function SellerSheet({ host, back, onClose }: Props) {
  const name = host.displayName
  return (
    <Sheet
      title={name}
      titleHidden
      onClose={onClose}
      class="seller-sheet"
      footer={
        <LinkButton kind="quiet-btn" wide href={`/h/${host.id}`}>
          {t('shows.all', { host: name })}
        </LinkButton>
      }
    >
      <div class="seller-card">
        <Face name={name} />
        <b>{name}</b>
        <HostFacts id={host.id} />
        <Follow host={host} back={back} />
      </div>
    </Sheet>
  )
}

/** Their shop, how many follow them and how many shows there were; counted anew with my own press. */
function HostFacts({ id }: { id: string }) {
  const isMine = followed.ids.value?.has(id)
  const { value } = useAsked(() => call('GET', '/hosts/:id', { params: { id } }), [id, isMine])
  return <HostLine {...value} />
}

type Facts = { shop?: string | null; followers?: number; shows?: number }

/** Its height is kept until it is known. */
export function HostLine({ shop, followers, shows }: Facts) {
  const facts = [
    shop ?? '',
    followers === undefined ? '' : t('followers', { n: followers }),
    shows === undefined || shows === 0 ? '' : t('shows', { n: shows }),
  ]
  return (
    <p class="host-facts quiet num">
      {facts.filter(Boolean).map((fact) => (
        <span key={fact}>
          <bdi>{fact}</bdi>
        </span>
      ))}
    </p>
  )
}
