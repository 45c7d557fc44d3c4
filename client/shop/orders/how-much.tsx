import { useState } from 'preact/hooks'
import type { Return } from '../../../shared/wire/returns.ts'
import { faultOfWords } from '../../returns/shown.tsx'
import { r } from '../../returns/words.ts'
import { Choice, Field } from '../../ui/field.tsx'
import { figure, money, parseMoney, sign } from '../../ui/money.ts'
import { TextArea } from '../../ui/text-area.tsx'

type Sum = Return['left']
export type HowMuch = {
  part: boolean
  typed: string
  words: string
}

/** All that is left of what was paid, or less, with a reason; null while it cannot be paid so. */
export function chosen(left: Sum, { part, typed, words }: HowMuch) {
  if (!part) return { sum: left, body: {} }
  const sum = parseMoney(typed, left.currency)
  if (sum === null || sum.amount > left.amount) return null
  if (sum.amount === left.amount) return { sum, body: {} }
  return faultOfWords(words, true) === undefined
    ? { sum, body: { amount: sum.amount, words } }
    : null
}

export function useHowMuch(): [HowMuch, (change: Partial<HowMuch>) => void] {
  const [how, setHow] = useState<HowMuch>({ part: false, typed: '', words: '' })
  return [how, (change) => setHow((known) => ({ ...known, ...change }))]
}

export function HowMuchFields(props: {
  left: Sum
  how: HowMuch
  tried: boolean
  set: (change: Partial<HowMuch>) => void
}) {
  const { left, how, tried, set } = props
  const sum = parseMoney(how.typed, left.currency)
  const isOff = sum === null || sum.amount > left.amount
  const error =
    isOff && (tried || how.typed.trim() !== '') ? r('less.bad', { sum: money(left) }) : undefined
  return (
    <>
      <Choice
        desk
        label={r('less.what')}
        value={how.part ? 'part' : 'all'}
        onChoose={(value) => set({ part: value === 'part' })}
        options={[
          { value: 'all', label: r('less.all', { sum: money(left) }) },
          { value: 'part', label: r('less.part') },
        ]}
      />
      {how.part && (
        <>
          <Field
            desk
            label={r('less.amount')}
            unit={sign(left.currency)}
            inputMode="decimal"
            autocomplete="off"
            dir="ltr"
            value={how.typed}
            placeholder={figure(left)}
            help={r('less.most', { sum: money(left) })}
            error={error}
            onInput={(event) => set({ typed: event.currentTarget.value })}
          />
          <TextArea
            label={r('less.words')}
            help={r('less.help')}
            rows={2}
            value={how.words}
            error={tried ? faultOfWords(how.words, true) : faultOfWords(how.words, false)}
            onInput={(words) => set({ words })}
          />
        </>
      )}
    </>
  )
}
