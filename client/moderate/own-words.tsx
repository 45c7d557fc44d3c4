import { useRef, useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import { act } from '../studio/act.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Choice, Field } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { useBusy } from '../ui/use.ts'
import type { Desk } from './desk.ts'
import type { Word } from './wire.ts'
import { t } from './words.ts'

type Action = Word['action']

/** The show's own words to hold or refuse, beside the house list. */
export function WordsSheet({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const { items, refused, refresh } = desk.words
  return (
    <Sheet title={t('words.title')} onClose={onClose}>
      <section class="plan">
        <p class="quiet">{t('words.help')}</p>
        <NewWord desk={desk} />
      </section>
      <section>
        {items.value === null && refused.value !== null && (
          <Failed title={t('words.failed')} retry={refresh} />
        )}
        {items.value === null && refused.value === null && <Loading rows={2} />}
        {items.value?.length === 0 && <p class="quieter">{t('words.empty')}</p>}
        <ul class="word-list">
          {items.value?.map((word) => (
            <WordRow key={word.id} desk={desk} word={word} />
          ))}
        </ul>
      </section>
    </Sheet>
  )
}

function NewWord({ desk }: { desk: Desk }) {
  const [text, setText] = useState('')
  const [action, setAction] = useState<Action>('hold')
  const [busy, run] = useBusy()
  const form = useRef<HTMLFormElement>(null)
  const trimmed = text.trim()
  const add = () => {
    if (trimmed === '') return
    run(async () => {
      const params = { id: desk.showId }
      const done = await act(
        () => call('POST', '/shows/:id/words', { params, body: { text: trimmed, action } }),
        { text: t('words.added', { word: trimmed }), tone: 'ok' },
      )
      if (done) setText('')
      form.current?.querySelector('input')?.focus() // lists are written in one go
      desk.words.refresh()
    })
  }
  return (
    <form
      ref={form}
      class="plan"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Field
        label={t('words.new')}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="row">
        <Choice
          label={t('words.action')}
          value={action}
          onChoose={(value) => setAction(value === 'refuse' ? 'refuse' : 'hold')}
          options={[
            { value: 'hold', label: t('words.hold') },
            { value: 'refuse', label: t('words.refuse') },
          ]}
        />
        <Button
          type="submit"
          kind="soft"
          class="push"
          disabled={trimmed === ''}
          busy={busy && t('words.adding')}
        >
          {t('words.add')}
        </Button>
      </div>
    </form>
  )
}

function WordRow({ desk, word }: { desk: Desk; word: Word }) {
  const forget = async () => {
    const params = { id: desk.showId, wordId: word.id }
    await act(() => call('DELETE', '/shows/:id/words/:wordId', { params }), {
      text: t('words.removed', { word: word.text }),
      tone: 'plain',
    })
    desk.words.refresh()
  }
  return (
    <li class="row">
      <bdi>{word.text}</bdi>
      <Badge tone={word.action === 'refuse' ? 'bad' : 'info'}>{t(`words.${word.action}`)}</Badge>
      <Button
        kind="bare"
        size="desk"
        icon="close"
        class="push"
        aria-label={t('words.remove', { word: word.text })}
        onClick={() => void forget()}
      />
    </li>
  )
}
