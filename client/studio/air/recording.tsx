import { useEffect } from 'preact/hooks'
import type { ReplyOf } from '../../api/contract.ts'
import { call } from '../../api/http.ts'
import { Switch } from '../../ui/field.tsx'
import { useAsked } from '../../ui/use.ts'
import { act } from '../act.ts'
import { t } from './words-recording.ts'

type Recording = ReplyOf<'GET', '/shows/:id/recording'>

const lookMs = 5_000

/** Whether the show is recorded, and what is in the way; nothing where the server never records. */
export function RecordRow({ showId }: { showId: string }) {
  const params = { id: showId }
  const asked = useAsked(() => call('GET', '/shows/:id/recording', { params }), [showId])
  useEffect(() => {
    const timer = setInterval(asked.again, lookMs)
    return () => clearInterval(timer)
  }, [showId])
  const recording = asked.value
  if (!recording?.available) return null
  const choose = (record: boolean) =>
    act(async () =>
      asked.set(await call('PATCH', '/shows/:id/recording', { params, body: { record } })),
    )
  return (
    <div class="row rule recording">
      <span class="quiet" role="status">
        {wordsOf(recording)}
      </span>
      <span class="push">
        <Switch label={t('record')} on={recording.record} onChange={choose} />
      </span>
    </div>
  )
}

function wordsOf({ record, problem, state }: Recording): string {
  if (!record) return t('record.off')
  if (problem !== null) return t(`record.no.${problem}`)
  return t(state === 'recording' ? 'record.on' : 'record.waits')
}
