import type { CodeState, DiscountCode } from '../../../shared/wire/promotions.ts'
import { call } from '../../api/http.ts'
import { go, query } from '../../router.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { money, offWords } from '../../ui/money.ts'
import { Segments } from '../../ui/segments.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { at, onDay } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked } from '../../ui/use.ts'
import { AskOnce } from '../ask-once.tsx'
import { shows } from '../desk.ts'
import { MoreRows } from '../more-rows.tsx'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { w } from './words-codes.ts'

const states: CodeState[] = ['running', 'scheduled', 'used-up', 'ended']
const tones: Record<CodeState, Tone> = {
  running: 'good',
  scheduled: 'info',
  'used-up': 'bad',
  ended: 'plain',
}

type Tab = CodeState | 'all'

const asTab = (value: string | null): Tab => states.find((state) => state === value) ?? 'all'

/** The shop's discount codes, newest first, with what they brought. */
export function CodesPage() {
  const tab = asTab(query.value.get('tab'))
  return (
    <Desk at="codes" title={w('codes')}>
      <div>
        <PageTop title={w('codes')}>
          <LinkButton size="desk" icon="plus" href="/shop/codes/new">
            {w('make')}
          </LinkButton>
        </PageTop>
        <div class="filters">
          <Segments
            label={w('tabs.label')}
            value={tab}
            onChoose={(to) => go(here({ tab: to === 'all' ? null : to }), { replace: true })}
            segments={(['all', ...states] as const).map((value) => ({
              value,
              label: value === 'all' ? t('all') : w(value),
            }))}
          />
        </div>
      </div>
      <div class="strip-place" />
      <div class="desk-list rule list" tabIndex={-1}>
        <List key={tab} tab={tab} />
      </div>
    </Desk>
  )
}

function List({ tab }: { tab: Tab }) {
  const read = (cursor?: string) =>
    call('GET', '/merchant/codes', {
      query: {
        ...(tab === 'all' ? {} : { state: tab }),
        ...(cursor === undefined ? {} : { cursor }),
      },
    })
  const { value, refused, again, set } = useAsked(() => read(), [tab])
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={4} />
    return <NotHere refused={refused} title={w('failed')} again={again} />
  }
  const { items, nextCursor } = value
  if (items.length === 0) return <NoCodes tab={tab} />
  // What is there by the time of the answer goes on: two of them may be on their way.
  const put = (now: DiscountCode) =>
    set((known) => ({
      ...(known ?? value),
      items: (known ?? value).items.map((one) => (one.id === now.id ? now : one)),
    }))
  const showMore = async () => {
    const more = await read(nextCursor ?? undefined)
    set((known) => ({ ...more, items: [...(known ?? value).items, ...more.items] }))
  }
  return (
    <>
      <ul class="show-rows code-rows">
        {items.map((code) => (
          <CodeRow key={code.id} code={code} onChange={put} />
        ))}
      </ul>
      {nextCursor !== null && <MoreRows showMore={showMore} />}
    </>
  )
}

function NoCodes({ tab }: { tab: Tab }) {
  if (tab !== 'all') {
    return <Empty icon="percent" title={w('none.tab')} help={w('none.tab.help')} />
  }
  return (
    <Empty icon="percent" title={w('none')} help={w('none.help')}>
      <LinkButton size="desk" icon="plus" href="/shop/codes/new">
        {w('make')}
      </LinkButton>
    </Empty>
  )
}

type RowProps = { code: DiscountCode; onChange: (code: DiscountCode) => void }

function CodeRow({ code, onChange }: RowProps) {
  const acts = useFocusKept<HTMLSpanElement>(code.state)
  return (
    <li class="show-row">
      <span class="what">
        <b>
          <bdi>{code.code}</bdi>
        </b>
        <small class="quiet">{termsOf(code).join(' · ')}</small>
        <small class="num">{usesOf(code).join(' · ')}</small>
      </span>
      <Badge tone={tones[code.state]}>{w(code.state)}</Badge>
      <span ref={acts} class="row acts">
        <Button
          kind="bare"
          size="desk"
          icon="link"
          aria-label={w('copy', { code: code.code })}
          onClick={() => copy(code.code)}
        />
        {code.state !== 'ended' && <End code={code} onChange={onChange} />}
      </span>
    </li>
  )
}

function copy(code: string): void {
  navigator.clipboard.writeText(code).then(
    () => toast({ text: w('copied', { code }), tone: 'ok' }),
    () => toast({ text: w('not.copied'), tone: 'no' }),
  )
}

/** What is over stays over. */
function End({ code: { id, code }, onChange }: RowProps) {
  const end = async () => {
    onChange(await call('POST', '/merchant/codes/:id/end', { params: { id } }))
    toast({ text: w('end.done', { code }), tone: 'ok' })
  }
  return (
    <AskOnce
      act={w('end')}
      label={w('end.label', { code })}
      ask={w('end.ask', { code })}
      yes={w('end.yes', { code })}
      no={w('end.no')}
      busy={w('ending')}
      run={end}
    />
  )
}

function termsOf({ off, minimum, productIds, showId, startsAt, endsAt, perBuyer }: DiscountCode) {
  const show = shows.value?.find(({ id }) => id === showId)
  const when = (instant: string) => `${onDay(instant)}, ${at(instant)}`
  return [
    productIds === null
      ? w('off.all', { off: offWords(off) })
      : w('off.some', { off: offWords(off), n: productIds.length }),
    minimum === null ? '' : w('from', { sum: money(minimum) }),
    showId === null ? '' : show ? w('only.show', { title: show.title }) : w('only.a.show'),
    startsAt === null ? '' : w('starts', { when: when(startsAt) }),
    endsAt === null ? '' : w('until', { when: when(endsAt) }),
    w('each', { n: perBuyer }),
  ].filter((term) => term !== '')
}

function usesOf({ uses, quota, paid }: DiscountCode): string[] {
  const used = quota === null ? w('uses', { n: uses }) : w('uses.of', { n: uses, of: quota })
  return [
    uses === 0 && quota === null ? w('unused') : used,
    ...paid.map(({ orders, given }) => w('paid', { n: orders, given: money(given) })),
  ]
}
