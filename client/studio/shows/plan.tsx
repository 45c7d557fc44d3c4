import { useState } from 'preact/hooks'
import { titleMax } from '../../../shared/limits.ts'
import { call, newKey } from '../../api/http.ts'
import { asRefused } from '../../api/refused.ts'
import { go } from '../../router.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { tellNo } from '../act.ts'
import { Pick } from '../lineup/pick.tsx'
import { t } from '../words.ts'

/** A show in the lobby: title, time, and what will stand in the window. */
export function PlanSheet({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState('')
  const [when, setWhen] = useState('')
  const [lineup, setLineup] = useState<string[]>([])
  const [fault, setFault] = useState<string>()
  const [key] = useState(newKey)
  const [busy, run] = useBusy((thrown) => {
    const field = asRefused(thrown).field('title')
    if (field === undefined) tellNo(thrown)
    else setFault(field)
  })

  const save = () =>
    run(async () => {
      const trimmed = title.trim()
      const wrong = faultOf(trimmed)
      setFault(wrong)
      if (wrong !== undefined) return
      const startsAt = when === '' ? {} : { startsAt: new Date(when).toISOString() }
      const body = { title: trimmed, lineup, ...startsAt }
      const show = await call('POST', '/shows', { body, key })
      toast({ text: t('plan.done'), tone: 'ok' })
      go(`/studio/${show.id}`)
    })

  return (
    <Sheet
      title={t('mine.plan')}
      onClose={onClose}
      footer={
        <Button wide busy={busy && t('plan.saving')} onClick={save}>
          {t('plan.save')}
        </Button>
      }
    >
      <section class="plan">
        <Field
          label={t('plan.title')}
          help={t('plan.title.help')}
          error={fault}
          value={title}
          onInput={(event) => {
            setTitle(event.currentTarget.value)
            setFault(undefined)
          }}
        />
        <Field
          label={t('plan.when')}
          help={t('plan.when.help')}
          type="datetime-local"
          value={when}
          onInput={(event) => setWhen(event.currentTarget.value)}
        />
      </section>
      <section class="plan">
        <div class="row">
          <h3>{t('plan.lineup')}</h3>
          <span class="quieter push num">{t('plan.lineup.chosen', { n: lineup.length })}</span>
        </div>
        <p class="quiet">{t('plan.lineup.help')}</p>
        <Pick chosen={lineup} onChange={setLineup} />
      </section>
    </Sheet>
  )
}

function faultOf(title: string): string | undefined {
  if (title === '') return t('plan.title.need')
  return title.length > titleMax
    ? t('plan.title.long', { n: title.length, max: titleMax })
    : undefined
}
