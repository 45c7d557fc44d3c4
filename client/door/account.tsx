import { useState } from 'preact/hooks'
import { displayNameMax } from '../../shared/limits.ts'
import type { Me, SavedAddress } from '../../shared/wire/accounts.ts'
import { call } from '../api/http.ts'
import { asRefused } from '../api/refused.ts'
import { me, refreshMe, signedIn, signOut } from '../api/session.ts'
import { t as earned } from '../earnings/words.ts'
import { FollowedHosts } from '../host/followed-hosts.tsx'
import { AddressForm, addressLine } from '../pay/address.tsx'
import { go } from '../router.ts'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { Field, Switch } from '../ui/field.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { keysOn, switchKeys } from '../ui/key-switch.ts'
import { LinkBox } from '../ui/link-box.tsx'
import { usePage } from '../ui/page.ts'
import { Face } from '../ui/pic.tsx'
import { sentence, tellRefused } from '../ui/refusal.ts'
import { plain } from '../ui/rich.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAsked, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import './door.css'

/** Who one is here, where parcels go, and the way out. */
export function AccountPage() {
  usePage(t('account'))
  const who = me.value
  return (
    <>
      <header class="desk-top">
        <Brand />
        <h1>{t('account')}</h1>
      </header>
      <main class="account">
        {who === undefined ? (
          <Loading />
        ) : who === null || !signedIn.value ? (
          <Empty icon="users" title={t('account.sign.in')}>
            <LinkButton href="/sign-in?back=/account">{t('sign.in')}</LinkButton>
          </Empty>
        ) : (
          <Known who={who} />
        )}
      </main>
    </>
  )
}

function Known({ who }: { who: Me }) {
  return (
    <>
      <section>
        <Person who={who} />
        <nav class="links">
          <Way href="/orders" icon="receipt" label={t('orders.mine')} />
          <Earnings />
          <Way href="/studio" icon="camera" label={t('studio')} />
          <Way href="/shop" icon="tag" label={t('shop.desk')} />
        </nav>
      </section>
      <FollowedHosts />
      <Addresses addresses={who.addresses} />
      <section class="account-number">
        <LinkBox
          label={t('account.number')}
          help={t('account.number.help')}
          link={who.account.id}
        />
      </section>
      <section class="account-keys">
        <span>
          <b>{t('account.keys')}</b>
          <small class="quiet">{t('account.keys.help')}</small>
        </span>
        <Switch label={t('account.keys')} on={keysOn.value} onChange={switchKeys} />
      </section>
      <Button kind="quiet-btn" icon="out" onClick={() => void leave()}>
        {t('sign.out')}
      </Button>
    </>
  )
}

/** For those who bring buyers to a shop. */
function Earnings() {
  const { value } = useAsked(() => call('GET', '/me/affiliates', { query: { limit: 1 } }), [])
  if (value === undefined || value.items.length === 0) return null
  return <Way href="/earnings" icon="percent" label={earned('earnings')} />
}

function Way({ href, icon, label }: { href: string; icon: IconName; label: string }) {
  return (
    <a href={href}>
      <Icon name={icon} />
      {label}
    </a>
  )
}

async function leave(): Promise<void> {
  try {
    await signOut()
    go('/')
  } catch (thrown) {
    tellRefused(thrown)
  }
}

function Person({ who }: { who: Me }) {
  const [name, setName] = useState<string | null>(null)
  const [error, setError] = useState<string>()
  const [busy, run] = useBusy((thrown) => {
    const refused = asRefused(thrown)
    setError(refused.field('displayName') ?? plain(sentence(refused)))
  })
  const save = () =>
    run(async () => {
      await call('PATCH', '/me', { body: { displayName: (name ?? '').trim() } })
      await refreshMe()
      setName(null)
      toast({ text: t('renamed'), tone: 'ok' })
    })
  if (name === null) {
    return (
      <div class="person-row">
        <Face name={who.account.displayName} />
        <span>
          <b class="one-line">{who.account.displayName}</b>
          <small class="quiet one-line">{who.email}</small>
        </span>
        <Button
          kind="quiet-btn"
          size="desk"
          class="push"
          onClick={() => setName(who.account.displayName)}
        >
          {t('change')}
        </Button>
      </div>
    )
  }
  return (
    <form
      class="inside"
      style="padding-block-start:1rem"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Field
        label={t('name.shown')}
        help={t('name.help')}
        maxLength={displayNameMax}
        value={name}
        error={error}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="row form-acts">
        <Button kind="quiet-btn" onClick={() => setName(null)}>
          {t('cancel')}
        </Button>
        <Button type="submit" busy={busy && t('saving')} disabled={name.trim() === ''}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}

function Addresses({ addresses }: { addresses: SavedAddress[] }) {
  const [writing, setWriting] = useState<SavedAddress | 'new' | null>(null)
  const done = () => {
    setWriting(null)
    toast({ text: t('address.saved'), tone: 'ok' })
  }
  return (
    <section aria-labelledby="addresses">
      <header>
        <h2 id="addresses" tabIndex={-1}>
          {t('addresses')}
        </h2>
        {writing === null && addresses.length > 0 && (
          <Button
            kind="soft"
            size="desk"
            icon="plus"
            class="push"
            onClick={() => setWriting('new')}
          >
            {t('address.new')}
          </Button>
        )}
      </header>
      {writing !== null ? (
        <div class="inside">
          <AddressForm
            {...(writing === 'new' ? {} : { from: writing })}
            name={me.value?.account.displayName ?? ''}
            label={t('save')}
            onSaved={done}
            onCancel={() => setWriting(null)}
          />
        </div>
      ) : addresses.length === 0 ? (
        <Empty icon="home" title={t('addresses.none')} help={t('addresses.none.help')}>
          <Button size="desk" onClick={() => setWriting('new')}>
            {t('address.add')}
          </Button>
        </Empty>
      ) : (
        addresses.map((address) => (
          <AddressRow key={address.id} address={address} change={() => setWriting(address)} />
        ))
      )}
    </section>
  )
}

function AddressRow({ address, change }: { address: SavedAddress; change: () => void }) {
  const [busy, run] = useBusy(tellRefused)
  const remove = () =>
    run(async () => {
      await call('DELETE', '/me/addresses/:id', { params: { id: address.id } })
      await refreshMe()
      // The button has gone with its row.
      document.getElementById('addresses')?.focus()
      const action = { label: t('undo'), run: () => void putBack(address) }
      toast({ text: t('address.removed'), tone: 'ok', stayMs: 10_000, action })
    })
  const name = `${address.name}, ${address.line1}`
  return (
    <div class="address-row">
      <Icon name="home" />
      <span>
        <b class="one-line">{address.name}</b>
        <small class="quiet">{addressLine(address)}</small>
      </span>
      <Button
        kind="bare"
        size="desk"
        icon="edit"
        aria-label={`${t('change')}: ${name}`}
        onClick={change}
      />
      <Button
        kind="bare"
        size="desk"
        icon="trash"
        aria-label={`${t('remove')}: ${name}`}
        busy={busy && ''}
        onClick={remove}
      />
    </div>
  )
}

async function putBack({ id: _id, ...body }: SavedAddress): Promise<void> {
  try {
    await call('POST', '/me/addresses', { body })
    await refreshMe()
  } catch (thrown) {
    tellRefused(thrown)
  }
}
