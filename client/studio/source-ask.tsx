import { Button } from '../ui/button.tsx'
import { Ask } from './ask.tsx'
import { Devices, SourceTabs } from './setup.tsx'
import type { Source } from './source.ts'
import { t } from './words.ts'

/** Another camera, microphone or source while the show runs: viewers see it without a gap. */
export function SourceAsk({ source, onClose }: { source: Source; onClose: () => void }) {
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
      {source.kind.value === 'encoder' && <p class="quiet">{t('source.encoder.help')}</p>}
    </Ask>
  )
}
