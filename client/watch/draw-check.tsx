import { drawAgain, linesOf } from '../../shared/domain/draw.ts'
import type { ShownGiveaway } from '../../shared/domain/giveaway.ts'
import type { Entered } from '../../shared/wire/giveaways.ts'
import { call } from '../api/http.ts'
import { LinkButton } from '../ui/button.tsx'
import { rich } from '../ui/rich.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Failed, Loading, Strip } from '../ui/states.tsx'
import { useAsked } from '../ui/use.ts'
import { w } from '../ui/words-giveaway.ts'
import { entryIn } from './enter.ts'
import type { Visit } from './visit.ts'

type Props = { visit: Visit; giveaway: ShownGiveaway }

/** `line`: one's own in the list. */
type Verdict = { line: string | undefined; secret: string } & (
  | { number: number }
  | { wrong: string }
)

/** The draw, made again by this browser: it believes what it was told at the beginning, and its own arithmetic. */
export function DrawCheck({ visit, giveaway }: Props) {
  const close = () => (visit.sheet.value = null)
  return (
    <Sheet title={w('check')} onClose={close}>
      <section class="draw-check">
        <Checked visit={visit} giveaway={giveaway} />
      </section>
    </Sheet>
  )
}

function Checked({ visit, giveaway }: Props) {
  const { giveawayId, commitment } = giveaway
  const mine = entryIn(visit, giveaway)
  const { value, refused, again } = useAsked(
    () => check(visit.showId, giveaway, mine),
    [giveawayId],
  )
  if (refused !== undefined) return <Failed title={w('check.failed')} retry={again} />
  if (value === undefined) return <Loading />
  return (
    <>
      <Strip tone={'wrong' in value ? 'bad' : 'good'} icon={'wrong' in value ? 'alert' : 'check'}>
        {rich(
          'wrong' in value
            ? w('check.wrong', { why: value.wrong })
            : w('check.right', { n: value.number }),
        )}
      </Strip>
      <p class="quiet">{w('check.help')}</p>
      <dl class="hashes">
        <dt>{w('promised')}</dt>
        <dd>{commitment}</dd>
        <dt>{w('secret')}</dt>
        <dd>{value.secret}</dd>
        <dt>{w('list')}</dt>
        <dd>{giveaway.draw?.entriesHash}</dd>
        {value.line !== undefined && (
          <>
            <dt>{w('yours')}</dt>
            <dd>{value.line}</dd>
          </>
        )}
      </dl>
      <LinkButton
        kind="quiet-btn"
        href={`/api/v1/shows/${visit.showId}/giveaways/${giveawayId}`}
        icon="link"
      >
        {w('record')}
      </LinkButton>
    </>
  )
}

async function check(
  showId: string,
  { giveawayId, commitment, draw }: ShownGiveaway,
  mine: Entered | undefined,
): Promise<Verdict> {
  const record = await call('GET', '/shows/:id/giveaways/:giveawayId', {
    params: { id: showId, giveawayId },
  })
  const list = record.list ?? ''
  const { secret = '', entriesHash = '' } = record.giveaway.draw ?? {}
  const line = linesOf(list).find((one) => mine !== undefined && isOf(one, mine))
  const told = { line, secret }
  if (mine !== undefined && line === undefined) return { ...told, wrong: w('check.missing') }
  // Without https a browser has no hashes for pages.
  if (crypto.subtle === undefined) return { ...told, wrong: w('check.cannot') }
  const again = await drawAgain({ giveawayId, commitment, secret, entriesHash, list })
  if ('wrong' in again) return { ...told, wrong: again.wrong }
  const { number } = again
  if (number === draw?.number) return { ...told, number }
  return { ...told, wrong: w('check.other', { n: draw?.number ?? 0, drawn: number }) }
}

/** The line that was told when this account entered. */
function isOf(line: string, { number, ticket, nonce }: Entered): boolean {
  return line === `${number} ${ticket} ${nonce ?? '-'}`
}
