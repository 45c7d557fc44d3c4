import { parcelsMax } from '../../../shared/limits.ts'
import type { MerchantOrder, Sent } from '../../../shared/wire/orders.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { rich } from '../../ui/rich.tsx'
import { Strip } from '../../ui/states.tsx'
import { useBusy } from '../../ui/use.ts'
import { tell } from '../tell.ts'
import { t } from '../words.ts'
import { type Parcel, parcelsOf } from './parcels-csv.ts'

/** Refusals that are told by name; of more than these the first say enough. */
const toldMax = 3

/** What became of a file of parcels. */
export type Told = Sent | 'no-file' | 'no-parcels'

/** Reads tracking numbers out of the saved file of orders, and marks those orders as sent. */
export function ParcelsFile({ onDone }: { onDone: (told: Told) => void }) {
  const [busy, run] = useBusy(tell)
  const take = async (file: File) => {
    const parcels = parcelsOf(await file.text())
    if (parcels === null) onDone('no-file')
    else onDone(parcels.length === 0 ? 'no-parcels' : await sendAll(parcels))
  }
  return (
    <CsvButton
      kind="quiet-btn"
      size="desk"
      icon="truck"
      busy={busy && t('ship.busy')}
      label={t('parcels.file')}
      onFile={(file) => run(() => take(file))}
    >
      {t('parcels.do')}
    </CsvButton>
  )
}

async function sendAll(parcels: Parcel[]): Promise<Sent> {
  let told: Sent = { sent: 0, refused: [] }
  for (let from = 0; from < parcels.length; from += parcelsMax) {
    const body = { parcels: parcels.slice(from, from + parcelsMax) }
    const { sent, refused } = await call('POST', '/merchant/parcels', { body })
    told = { sent: told.sent + sent, refused: [...told.refused, ...refused] }
  }
  return told
}

/** How it went, until it is closed. */
export function ParcelsTold(props: {
  told: Told
  rows: MerchantOrder[] | undefined
  onClose: () => void
}) {
  const { told, rows, onClose } = props
  const good = typeof told === 'object' && told.refused.length === 0
  return (
    <div class="strip-place rule">
      <Strip tone={good ? 'good' : 'bad'} icon={good ? 'check' : 'alert'} alert={!good}>
        {typeof told === 'string' ? rich(t(`parcels.${told}`)) : <Outcome {...told} rows={rows} />}
      </Strip>
      <Button kind="bare" size="desk" class="strip-act" onClick={onClose}>
        {t('close')}
      </Button>
    </div>
  )
}

function Outcome({ sent, refused, rows }: Sent & { rows: MerchantOrder[] | undefined }) {
  const nameOf = (id: string) => `#${rows?.find((row) => row.id === id)?.number ?? id}`
  return (
    <>
      {rich(t('parcels.sent', { n: sent }))}
      {refused.length > 0 && <> {t('parcels.refused', { n: refused.length })}</>}
      {refused.slice(0, toldMax).map(({ orderId, message }) => (
        <> {t('parcels.why', { number: nameOf(orderId), why: message })}</>
      ))}
    </>
  )
}
