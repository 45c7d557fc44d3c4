import { useMemo } from 'preact/hooks'
import { renderSVG } from 'uqr'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { LinkBox } from '../../ui/link-box.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { useAsked } from '../../ui/use.ts'
import { t } from '../words.ts'

type Props = { showId: string; title: string; onClose: () => void }

/** The link to the window, as text and for a camera; and the window itself, for other pages. */
export function ShareSheet({ showId, title, onClose }: Props) {
  const short = useAsked(
    () => call('POST', '/shows/:id/links', { params: { id: showId }, body: {} }),
    [showId],
  )
  // The long link is as good; it only stands there until the short one comes.
  const link = short.value?.url ?? `${location.origin}/s/${showId}`
  const code = useMemo(
    () => renderSVG(link, { border: 2, whiteColor: '#ffffff', blackColor: '#14211c' }),
    [link],
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
        <LinkBox label={t('share.link')} link={link} copied={t('share.copied')} />
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
          label={t('share.embed')}
          help={t('share.embed.help')}
          link={embedCode(showId)}
          copied={t('enc.copied')}
        />
        <a class="do-link" href="/shop/settings#embeds">
          {t('share.embed.where')}
        </a>
      </section>
      <section class="share">
        <LinkBox
          label={t('share.mods')}
          help={t('share.mods.help')}
          link={`${location.origin}/moderate/${showId}`}
          copied={t('share.copied')}
        />
      </section>
    </Sheet>
  )
}

/** Two lines for a page of the merchant's own. */
function embedCode(showId: string): string {
  const { origin } = location
  return `<script src="${origin}/embed/v1.js"></script><vitrine-show show="${showId}"></vitrine-show>`
}
