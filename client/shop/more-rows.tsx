import type { ComponentChildren } from 'preact'
import { More } from '../ui/more.tsx'
import { Empty } from '../ui/states.tsx'
import { tell } from './tell.ts'
import { t } from './words.ts'

type Props = { showMore: () => Promise<void>; children?: ComponentChildren }

/** Nothing among the newest, and older ones have not been looked through. */
export function NoneSoFar({ showMore, children }: Props) {
  return (
    <Empty icon="filter" title={t('none.so.far')} help={t('none.so.far.help')}>
      <span class="row">
        <MoreRows showMore={showMore} />
        {children}
      </span>
    </Empty>
  )
}

/** Below a list that goes on. */
export const MoreRows = ({ showMore }: Props) => (
  <More showMore={showMore} label={t('older')} tell={tell} />
)
