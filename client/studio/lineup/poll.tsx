import { useSignal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { pollAnswerMax, pollAnswersMax, pollQuestionMax } from '../../../shared/limits.ts'
import type { Room } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { PollBars, PollFacts } from '../../ui/poll-bars.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { d } from './words-poll.ts'

type StripProps = { showId: string; room: Room }

const lengthsMs = [0, 60_000, 180_000, 300_000]

/** What the room says, as it says it; the result stays until it is hidden or another is asked. */
export function PollStrip({ showId, room: { poll } }: StripProps) {
  const hidden = useSignal<string | null>(null)
  const [busy, run] = useBusy()
  if (poll === null || hidden.value === poll.pollId) return null
  const close = () =>
    run(async () => {
      await act(() => command('poll:close', { showId, pollId: poll.pollId }), {
        text: d('closed'),
        tone: 'ok',
      })
    })
  return (
    <section class="poll-strip" aria-label={d('open')}>
      <header class="row">
        <b>
          <bdi>{poll.question}</bdi>
        </b>
        {poll.closedAt === null ? (
          <Button kind="soft" size="desk" class="push" busy={busy && d('close')} onClick={close}>
            {d('close')}
          </Button>
        ) : (
          <Button
            kind="quiet-btn"
            size="desk"
            class="push"
            onClick={() => (hidden.value = poll.pollId)}
          >
            {d('hide')}
          </Button>
        )}
      </header>
      <PollBars poll={poll} />
      <PollFacts poll={poll} />
    </section>
  )
}

type Draft = { question: string; answers: string[]; durationMs: number }
type Faults = { question?: string; answers: (string | undefined)[] }

type SheetProps = { showId: string; onClose: () => void }

/** Question, two to four answers, and for how long. */
export function PollSheet({ showId, onClose }: SheetProps) {
  const [draft, setDraft] = useState<Draft>(newDraft)
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy()
  // Of what is there by then: somebody who types fast is ahead of what is drawn.
  const change: Change = (of) => setDraft((now) => ({ ...now, ...of(now) }))
  const faults = faultsOf(draft)
  const shown = tried ? faults : { answers: [] }
  const ask = () => {
    setTried(true)
    if (faults.question !== undefined || faults.answers.some((fault) => fault !== undefined)) return
    run(async () => {
      if (await act(() => open(showId, draft), { text: d('asked'), tone: 'ok' })) onClose()
    })
  }
  return (
    <Sheet title={d('title')} onClose={onClose}>
      <Form class="poll-form" submit={ask}>
        <p class="quiet small">{d('help')}</p>
        <Questions draft={draft} faults={shown} change={change} />
        <div class="field">
          <span class="label">{d('runs')}</span>
          <Choice
            label={d('runs')}
            value={String(draft.durationMs)}
            onChoose={(value) => change(() => ({ durationMs: Number(value) }))}
            options={lengthsMs.map((ms) => ({
              value: String(ms),
              label: ms === 0 ? d('runs.hand') : d('n.min', { n: ms / 60_000 }),
            }))}
          />
        </div>
        <Button type="submit" wide busy={busy && d('asking')}>
          {d('ask')}
        </Button>
      </Form>
    </Sheet>
  )
}

type Change = (of: (now: Draft) => Partial<Draft>) => void
type QuestionsProps = { draft: Draft; faults: Faults; change: Change }

function Questions({ draft, faults, change }: QuestionsProps) {
  const { question, answers } = draft
  return (
    <>
      <Field
        label={d('question')}
        autocomplete="off"
        maxLength={pollQuestionMax}
        value={question}
        error={faults.question}
        onInput={({ currentTarget: { value } }) => change(() => ({ question: value }))}
      />
      {answers.map((answer, n) => (
        <Field
          key={n}
          label={d(n < 2 ? 'answer' : 'answer.more', { n: n + 1 })}
          autocomplete="off"
          maxLength={pollAnswerMax}
          value={answer}
          error={faults.answers[n]}
          onInput={({ currentTarget: { value } }) => {
            change((now) => ({ answers: now.answers.with(n, value) }))
          }}
        />
      ))}
    </>
  )
}

function newDraft(): Draft {
  return { question: '', answers: Array<string>(pollAnswersMax).fill(''), durationMs: 0 }
}

const written = (answers: string[]) => answers.map((a) => a.trim()).filter((a) => a !== '')

function faultsOf({ question, answers }: Draft): Faults {
  const enough = written(answers).length >= 2
  return {
    ...(question.trim() === '' && { question: d('question.none') }),
    answers: answers.map((answer, n) => {
      const said = answer.trim()
      if (said === '') return !enough && n < 2 ? d('answer.none') : undefined
      const isSame = answers.slice(0, n).some((other) => other.trim() === said)
      return isSame ? d('answer.same') : undefined
    }),
  }
}

function open(showId: string, { question, answers, durationMs }: Draft): Promise<unknown> {
  return command('poll:open', {
    showId,
    question: question.trim(),
    answers: written(answers),
    ...(durationMs > 0 && { durationMs }),
  })
}
