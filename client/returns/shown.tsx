import type { ComponentChildren } from 'preact'
import { saidBytesMax } from '../../shared/limits.ts'
import type { Return } from '../../shared/wire/returns.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { money } from '../ui/money.ts'
import { rich } from '../ui/rich.tsx'
import { at, onDay } from '../ui/time.ts'
import { r } from './words.ts'
import './returns.css'

type Step = Return['steps'][number]

const tones: Record<Return['state'], Tone> = {
  asked: 'time',
  accepted: 'info',
  sent: 'info',
  refunded: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  closed: 'plain',
  disputed: 'time',
  decided: 'plain',
}

export function ReturnBadge({ it }: { it: Return }) {
  return <Badge tone={tones[it.state]}>{r(`is.${it.state}`)}</Badge>
}

/** What it is of: `2 × Bowl, 1 × Vase`. */
export const piecesOf = ({ items }: Return) =>
  items.map(({ quantity, title }) => r('pieces', { n: quantity, title })).join(', ')

/** What was done, by whom and with which words. */
export function ReturnSteps({ it, children }: { it: Return; children?: ComponentChildren }) {
  return (
    <ol class="steps return-steps">
      {it.steps.map((step, n) => (
        <li key={n}>
          <span>
            {rich(said(step, it))}
            {step.step === 'sent' && it.trackingNumber !== null && (
              <bdi class="step-more num">{it.trackingNumber}</bdi>
            )}
            {step.words !== null && <q class="said-words">{step.words}</q>}
          </span>
          <time dateTime={step.at} title={at(step.at)}>
            {onDay(step.at)}
          </time>
        </li>
      ))}
      {children}
    </ol>
  )
}

function said({ step, by, amount }: Step, { reason, carrier }: Return): string {
  const sum = amount === null ? '' : money(amount)
  const paid = amount !== null
  switch (step) {
    case 'asked':
      return r('step.asked', { why: r(`because.${reason}`) })
    case 'accepted':
      return r(by === 'time' ? 'step.accepted.time' : 'step.accepted')
    case 'sent':
      return carrier === null ? r('step.sent') : r('step.sent.with', { carrier })
    case 'refunded':
      if (!paid) return r('step.refunded')
      return r(by === 'time' ? 'step.refunded.time' : 'step.refunded.sum', { sum })
    case 'received':
      return r(paid ? 'step.received.sum' : 'step.received', { sum })
    case 'disputed':
      return r(by === 'time' ? 'step.disputed.time' : 'step.disputed')
    case 'decided':
      return r(paid ? 'step.decided.sum' : 'step.decided', { sum })
    default:
      return r(`step.${step}` as 'step.refused')
  }
}

/** Why these words cannot be sent as they are; undefined where they can. */
export function faultOfWords(words: string, needed: boolean): string | undefined {
  if (words.trim() === '') return needed ? r('need.words') : undefined
  const n = new TextEncoder().encode(words).length
  return n > saidBytesMax ? r('long.words', { n: n - saidBytesMax }) : undefined
}
