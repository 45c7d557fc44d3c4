import { useState } from 'preact/hooks'
import { renderSVG } from 'uqr'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { toast } from '../ui/toast.tsx'
import { t } from './words.ts'

type Props = { showId: string; title: string; onClose: () => void }

/** The link to the window, as text and for a camera. */
export function ShareSheet({ showId, title, onClose }: Props) {
  const link = `${location.origin}/s/${showId}`
  const [code] = useState(() =>
    renderSVG(link, { border: 2, whiteColor: '#ffffff', blackColor: '#14211c' }),
  )
  const canSend = typeof navigator.share === 'function'
  return (
    <Sheet title={t('share.title')} onClose={onClose}>
      <section class="share">
        <p class="quiet">{t('share.help')}</p>
        <div
          class="qr"
          role="img"
          aria-label={t('share.qr')}
          dangerouslySetInnerHTML={{ __html: code }}
        />
        <LinkBox label={t('share.link')} link={link} />
        {canSend && (
          <Button
            kind="quiet-btn"
            icon="share"
            wide
            onClick={() => {
              navigator.share({ title, url: link }).catch(() => undefined) // closed without sending
            }}
          >
            {t('share.send')}
          </Button>
        )}
      </section>
      <section class="share">
        <LinkBox
          label={t('share.mods')}
          help={t('share.mods.help')}
          link={`${location.origin}/moderate/${showId}`}
        />
      </section>
    </Sheet>
  )
}

export function LinkBox(props: { label: string; help?: string; link: string; copied?: string }) {
  const { label, help, link, copied = t('share.copied') } = props
  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => toast({ text: copied, tone: 'ok' }),
      () => toast({ text: t('share.not'), tone: 'no' }),
    )
  }
  return (
    <div class="field">
      <span class="label">{label}</span>
      <div class="row">
        <input
          class="input"
          readOnly
          dir="ltr"
          aria-label={label}
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button kind="soft" icon="link" aria-label={t('copy.of', { what: label })} onClick={copy} />
      </div>
      {help !== undefined && <span class="help">{help}</span>}
    </div>
  )
}
