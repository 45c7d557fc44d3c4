import { minorDigits } from '../../../shared/domain/money.ts'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { Icon } from '../../ui/icon.tsx'
import { figure, locale, sign } from '../../ui/money.ts'
import { t, type WordKey } from '../words.ts'

type Postings = MerchantOrder['postings']

const known: Record<string, WordKey> = {
  sales: 'account.sales',
  shipping: 'account.shipping',
  fees: 'account.fees',
  platform: 'account.platform',
  refunds: 'account.refunds',
  'refunds:due': 'account.refunds:due',
}

/** The money lines as the ledger has them, and whether both sides are the same. */
export function OrderMoney({ order: { postings, total } }: { order: MerchantOrder }) {
  const currencies = [...new Set(postings.map(({ debit }) => debit.currency))]
  return (
    <div class="block">
      <h3>{t('money')}</h3>
      {postings.length === 0 && (
        <p class="quiet small">{t(total.amount === 0 ? 'money.free' : 'money.none')}</p>
      )}
      {currencies.map((currency) => (
        <Sides
          key={currency}
          currency={currency}
          lines={postings.filter(({ debit }) => debit.currency === currency)}
        />
      ))}
    </div>
  )
}

/** Three cells a line, in the order of the page's grid. */
function Sides({ currency, lines }: { currency: string; lines: Postings }) {
  const debit = sumOf(lines.map((line) => line.debit.amount))
  const credit = sumOf(lines.map((line) => line.credit.amount))
  const plain = (amount: number) => (amount === 0 ? '' : written(amount, currency))
  return (
    <div class="post" role="table" aria-label={t('money')}>
      <div class="post-row" role="row">
        <span class="h" role="columnheader">
          {t('account')}, {sign(currency)}
        </span>
        <span class="h" role="columnheader">
          {t('debit')}
        </span>
        <span class="h" role="columnheader">
          {t('credit')}
        </span>
      </div>
      {lines.map((line, i) => {
        const cls = i === 0 ? 'line-top' : ''
        return (
          <div key={i} class="post-row" role="row">
            <span class={cls} role="cell">
              {accountName(line.account)}
            </span>
            <span class={`num ${cls}`} role="cell">
              {plain(line.debit.amount)}
            </span>
            <span class={`num ${cls}`} role="cell">
              {plain(line.credit.amount)}
            </span>
          </div>
        )
      })}
      <div class="post-row" role="row">
        <b class={debit === credit ? 'line-top' : 'line-top off'} role="cell">
          {debit !== credit && <Icon name="alert" size="sm" />}
          {t(debit === credit ? 'balanced' : 'unbalanced')}
        </b>
        <b class="num line-top" role="cell">
          {written(debit, currency)}
        </b>
        <b class="num line-top" role="cell">
          {written(credit, currency)}
        </b>
      </div>
    </div>
  )
}

function sumOf(amounts: number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}

function written(amount: number, currency: string): string {
  const digits = minorDigits(currency)
  return Number(figure({ amount, currency })).toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

/** `provider:sandbox` is the card at that provider. */
function accountName(account: string): string {
  const [kind, name] = account.split(':')
  if (kind === 'provider' && name !== undefined) {
    return t('account.provider', { name: name === 'sandbox' ? t('account.test') : name })
  }
  const word = known[account]
  return word === undefined ? account : t(word)
}
