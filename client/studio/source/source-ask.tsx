import { Button } from '../../ui/button.tsx'
import { Ask } from '../ask.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { Encoder } from './encoder.tsx'
import { Devices, SourceTabs } from './setup.tsx'

/** Another camera, microphone or source while the show runs: viewers see it without a gap. */
export function SourceAsk({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const { source } = desk
  return (
    <Ask
      title={t('source')}
      onClose={onClose}
      actions={
        <Button kind="quiet-btn" onClick={onClose}>
          {t('close')}
        </Button>
      }
    >
      <SourceTabs source={source} />
      <Devices source={source} />
      {source.kind.value === 'encoder' && <Encoder showId={desk.showId} air={desk.air} />}
    </Ask>
  )
}
