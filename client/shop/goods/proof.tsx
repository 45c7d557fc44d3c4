import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { rich } from '../../ui/rich.tsx'
import { Strip } from '../../ui/states.tsx'
import { atSecond } from '../../ui/time.ts'
import { t } from '../words.ts'
import type { Good } from './goods-list.ts'
import { linesMax, type Verdict, verdictOn } from './ledger.ts'
import { goodName } from './stock-rows.tsx'

/** What a recount of the chosen variant's ledger, made here and now, says against its figures. */
export function Proof({ good }: { good: Good }) {
  const { product, variant } = good
  const [verdict, setVerdict] = useState<Verdict>({ is: 'counting' })
  const turn = useRef(0)
  const count = () => {
    turn.current += 1
    const mine = turn.current
    setVerdict({ is: 'counting' })
    void verdictOn(product.id, variant.id)
      .catch((): Verdict => ({ is: 'failed' }))
      .then((found) => mine === turn.current && setVerdict(found))
  }
  useEffect(() => {
    count()
    return () => {
      turn.current += 1
    }
  }, [variant.id])
  const { tone, text } = told(verdict)
  return (
    <div class="strip-place rule">
      <Strip tone={tone} icon={tone === 'bad' ? 'alert' : 'shield-full'}>
        <b class="proof-name">{goodName(good)}. </b>
        {rich(text)}
      </Strip>
      <Button
        kind="bare"
        size="desk"
        class={`strip-act ${tone}`}
        disabled={verdict.is === 'counting'}
        onClick={count}
      >
        {t('proof.again')}
      </Button>
    </div>
  )
}

function told(verdict: Verdict): { tone: 'good' | 'bad' | 'info'; text: string } {
  switch (verdict.is) {
    case 'counting':
      return { tone: 'info', text: t('proof.busy') }
    case 'moving':
    case 'failed':
      return { tone: 'info', text: t(`proof.${verdict.is}`) }
    case 'long':
      return { tone: 'info', text: t('proof.long', { lines: linesOf(linesMax) }) }
    case 'counted': {
      const diff = difference(verdict)
      if (diff !== '') return { tone: 'bad', text: t('proof.bad', { diff }) }
      const lines = linesOf(verdict.found.lines)
      return { tone: 'good', text: t('proof.good', { lines, time: atSecond(verdict.at) }) }
    }
  }
}

const linesOf = (n: number) => t('proof.lines', { n })

/** What does not agree, in words; nothing when all does. */
function difference({ found, told }: Extract<Verdict, { is: 'counted' }>): string {
  const says: string[] = []
  const differ = (
    word: 'proof.bad.on.hand' | 'proof.bad.held' | 'proof.bad.sold',
    a: number,
    b: number,
  ) => {
    if (a !== b) says.push(t(word, { told: a, counted: b }))
  }
  differ('proof.bad.on.hand', told.onHand, found.figures.onHand)
  differ('proof.bad.held', told.held, found.figures.held)
  differ('proof.bad.sold', told.sold, found.figures.sold)
  if (found.missing !== null) says.push(t('proof.bad.gap', { n: found.missing }))
  if (found.over !== null) says.push(t('proof.bad.over', { n: found.over }))
  return says.join(' ')
}
