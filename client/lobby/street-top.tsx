import type { ComponentChildren } from 'preact'
import { me, signedIn } from '../api/session.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { Face } from '../ui/pic.tsx'
import { t } from '../ui/words.ts'
import './lobby-page.css'

/** Over every part of the street: the house, and the ways of whoever walks there. */
export function StreetTop({ children }: { children?: ComponentChildren }) {
  const name = me.value?.account.displayName ?? ''
  return (
    <header class="street-top">
      <Brand />
      {children}
      <LinkButton kind="bare" size="desk" icon="receipt" class="push" href="/orders">
        {t('orders')}
      </LinkButton>
      {signedIn.value ? (
        <>
          <LinkButton kind="quiet-btn" size="desk" icon="camera" href="/studio">
            {t('studio')}
          </LinkButton>
          <a class="account-link" href="/account">
            <Face name={name} small />
            <span class="sr">{`${t('account')}, ${name}`}</span>
          </a>
        </>
      ) : (
        <LinkButton kind="quiet-btn" size="desk" href="/sign-in">
          {t('sign.in')}
        </LinkButton>
      )}
    </header>
  )
}
