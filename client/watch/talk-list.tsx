import { useEffect, useRef, useState } from 'preact/hooks'
import { findVariant } from '../api/offers.ts'
import type { Room, TalkLine } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { ChatLine, ChatNote, ChatRemoved } from '../ui/chat.tsx'
import { useFollow } from '../ui/follow.ts'
import { money } from '../ui/money.ts'
import { plain, rich } from '../ui/rich.tsx'
import { useWholeLines } from '../ui/whole-lines.ts'
import { t } from '../ui/words.ts'
import { a } from '../ui/words-auction.ts'
import type { OwnLine, Talk } from './talk.ts'
import type { Visit } from './visit.ts'

type Props = { visit: Visit; talk: Talk; room: Room }

/** Lines on the glass of a phone; only whole messages fit, and six at most. */
const onGlass = 6
/** Screen readers hear at most one message in this time. */
const sayEveryMs = 2_000

/** The log's lines, then mine that the log does not have yet. */
function ownPending({ talk, room }: Props): OwnLine[] {
  const known = new Set(room.talk.flatMap((line) => ('messageId' in line ? [line.messageId] : [])))
  return talk.own.value.filter((line) => line.messageId === null || !known.has(line.messageId))
}

/** The talk on the video of a phone. A tap opens all of it. */
export function GlassTalk(props: Props) {
  const { visit, room } = props
  const list = useRef<HTMLDivElement>(null)
  const lines = room.talk.slice(-onGlass)
  const pending = ownPending(props)
  useWholeLines(list)
  return (
    <section
      class="talk"
      aria-label={t('chat')}
      onClick={() => (visit.sheet.value = { name: 'chat' })}
    >
      <div class="chat" ref={list} role="log" aria-live="off">
        {lines.map((line) => (
          <Line key={line.seq} line={line} {...props} />
        ))}
        {pending.map((line) => (
          <Pending key={line.key} line={line} {...props} />
        ))}
      </div>
      <Announcer {...props} />
    </section>
  )
}

/** The whole talk, as far back as this page knows; stays still while somebody reads further up. */
export function FullTalk(props: Props) {
  const { room } = props
  const pending = ownPending(props)
  const { list, unseen, onScroll, toEnd } = useFollow(room.talk, pending.length)
  return (
    <div class="talk-full">
      <div
        class="chat"
        ref={list}
        role="log"
        aria-live="off"
        aria-label={t('chat')}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={(event) => step(event.currentTarget, event)}
      >
        <span class="chat-top" />
        {room.talk.length === 0 && pending.length === 0 && (
          <p class="line note">{t('chat.none')}</p>
        )}
        {room.talk.map((line) => (
          <div class="said" key={line.seq}>
            <Line line={line} {...props} />
            <ReportButton line={line} {...props} />
          </div>
        ))}
        {pending.map((line) => (
          <Pending key={line.key} line={line} {...props} />
        ))}
      </div>
      {unseen > 0 && (
        <Button size="desk" class="more-below" icon="down" onClick={toEnd}>
          {t('chat.new', { n: unseen })}
        </Button>
      )}
      <Announcer {...props} />
    </div>
  )
}

/**
 * The list is one stop of the Tab key: in it, up and down go from message to message, and the
 * first press of up to the last one in view.
 */
function step(list: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const all = [...list.querySelectorAll<HTMLElement>('.said > button')]
  const at = all.findIndex((button) => button === document.activeElement)
  const up = event.key === 'ArrowUp'
  const to = at >= 0 ? all[at + (up ? -1 : 1)] : up ? lastInView(list, all) : undefined
  if (to === undefined) return
  event.preventDefault()
  to.focus()
}

function lastInView(list: HTMLElement, all: HTMLElement[]): HTMLElement | undefined {
  const end = list.getBoundingClientRect().bottom
  return all.findLast((button) => button.getBoundingClientRect().top < end)
}

function ReportButton({ line, visit }: Props & { line: TalkLine }) {
  if (line.kind !== 'message' || line.accountId === visit.store.you.value?.accountId) return null
  const what = `${line.displayName}: ${line.text}`
  const about = { messageId: line.messageId }
  return (
    <Button
      kind="bare"
      size="desk"
      icon="more"
      tabIndex={-1}
      aria-label={t('report.of', { name: line.displayName })}
      onClick={() => (visit.sheet.value = { name: 'report', about, what })}
    />
  )
}

function Line({ line, visit, room }: Props & { line: TalkLine }) {
  if (line.kind === 'removed') return <ChatRemoved />
  if (line.kind === 'message') {
    const own = line.accountId === visit.store.you.value?.accountId
    return (
      <ChatLine speaker={{ name: line.displayName, role: line.role }} own={own}>
        {line.text}
      </ChatLine>
    )
  }
  return <ChatNote icon={noteIcons[line.kind]}>{noteWords(line, room)}</ChatNote>
}

const noteIcons = { sale: 'bolt', sold: 'check', auctioned: 'check' } as const

function noteWords(line: Exclude<TalkLine, { kind: 'message' | 'removed' }>, room: Room): string {
  if (line.kind === 'sale') {
    const title = findVariant(room, line.variantId)?.product.title ?? ''
    return t('sale.opened', { title, price: money(line.price) })
  }
  const title = room.products.find((product) => product.id === line.productId)?.title ?? ''
  if (line.kind === 'auctioned') {
    return a('sold.line', { title, price: money(line.price), name: line.winner })
  }
  return t('sold.sum', { n: line.quantity, title })
}

function Pending({ line, visit }: Props & { line: OwnLine }) {
  if (line.state === 'held') {
    return <ChatNote icon="clock">{rich(t('msg.held', { text: line.text }))}</ChatNote>
  }
  const you = visit.store.you.value
  return (
    <ChatLine speaker={{ name: you?.displayName ?? '', role: you?.role ?? 'viewer' }} own sending>
      {line.text}
    </ChatLine>
  )
}

/** Says the newest message to a screen reader, one in two seconds at most; can be paused in More. */
function Announcer({ room, visit }: Props) {
  const last = room.talk.at(-1)
  const [said, setSaid] = useState('')
  const nextAt = useRef(0)
  useEffect(() => {
    if (last === undefined || visit.quiet.value) return
    const words = spoken(last, room)
    const timer = setTimeout(
      () => {
        nextAt.current = Date.now() + sayEveryMs
        setSaid(words)
      },
      Math.max(0, nextAt.current - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [last?.seq])
  return (
    <span class="sr" aria-live="polite">
      {said}
    </span>
  )
}

function spoken(line: TalkLine, room: Room): string {
  if (line.kind === 'removed') return ''
  if (line.kind === 'message') return `${line.displayName}: ${line.text}`
  return plain(noteWords(line, room))
}
