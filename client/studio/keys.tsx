import type { ComponentChildren } from 'preact'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/field.tsx'
import { keysOn, switchKeys } from '../ui/key-switch.ts'
import { Ask } from './ask.tsx'
import { t } from './words.ts'

/** What the keys do, and the switch that turns them off. */
export function KeysAsk({ onClose }: { onClose: () => void }) {
  return (
    <KeysBox
      onClose={onClose}
      keys={[
        { keys: ['1', '9'], does: t('keys.pin') },
        { keys: ['M'], does: t('keys.mic') },
        { keys: ['C'], does: t('keys.cam') },
        { keys: ['Alt', '↑', '↓'], does: t('keys.move') },
        { keys: ['?'], does: t('keys.help') },
      ]}
    />
  )
}

export function KeysBox(props: {
  keys: { keys: string[]; does: string }[]
  onClose: () => void
  children?: ComponentChildren
}) {
  return (
    <Ask
      title={t('keys.title')}
      onClose={props.onClose}
      actions={
        <Button kind="quiet-btn" onClick={props.onClose}>
          {t('close')}
        </Button>
      }
    >
      <dl class="keys-list">
        {props.keys.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="mode">
        <span>
          {t('keys.on')}
          <small>{t('keys.note')}</small>
        </span>
        <Switch label={t('keys.on')} on={keysOn.value} onChange={switchKeys} />
      </label>
    </Ask>
  )
}
