import { useState } from 'preact/hooks'
import type { Show } from '../../../shared/wire/shows.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { Ask } from '../ask.tsx'
import { t } from '../words.ts'

/** A planned show that will not be: asked once, it cannot be taken back. */
export function CallOff({ show, onDone }: { show: Show; onDone: () => void }) {
  const [asking, setAsking] = useState(false)
  const [busy, run] = useBusy()
  const callOff = () =>
    run(async () => {
      const body = { status: 'canceled' as const }
      const done = await act(() => call('PATCH', '/shows/:id', { params: { id: show.id }, body }), {
        text: t('mine.cancel.done'),
        tone: 'plain',
      })
      if (!done) return
      setAsking(false)
      onDone()
    })
  return (
    <>
      <Button kind="bare" size="desk" onClick={() => setAsking(true)}>
        {t('mine.cancel')}
      </Button>
      {asking && (
        <Ask
          title={t('mine.cancel.ask', { title: show.title })}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button kind="stop" busy={busy && t('mine.cancel')} onClick={callOff}>
                {t('mine.cancel')}
              </Button>
              <Button kind="quiet-btn" onClick={() => setAsking(false)}>
                {t('mine.cancel.no')}
              </Button>
            </>
          }
        >
          <p class="quiet">{t('mine.cancel.help')}</p>
        </Ask>
      )}
    </>
  )
}
