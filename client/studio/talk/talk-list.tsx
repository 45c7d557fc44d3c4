import { findVariant } from '../../api/offers.ts'
import type { Room, TalkLine } from '../../api/room.ts'
import { type Act, lastAct } from '../../moderate/acts.ts'
import { Button } from '../../ui/button.tsx'
import { ChatLine, ChatNote, ChatRemoved } from '../../ui/chat.tsx'
import { useFollow } from '../../ui/follow.ts'
import { money } from '../../ui/money.ts'
import { plain } from '../../ui/rich.tsx'
import { Empty } from '../../ui/states.tsx'
import { t as common } from '../../ui/words.ts'
import { a } from '../../ui/words-auction.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { isOpen, isQuestion, type Question, tickOff } from './questions.ts'

type Props = { desk: Desk; room: Room }

/** The talk; it follows the newest line, and stands still while somebody reads further up. */
export function TalkList({ desk, room }: Props) {
  const { list, unseen, onScroll, toEnd } = useFollow(room.talk)
  return (
    <div class="talk-box rule">
      <div
        class="talk-list"
        ref={list}
        role="log"
        aria-live="off"
        aria-label={t('chat')}
        tabIndex={0}
        onScroll={onScroll}
      >
        <span class="talk-top" />
        {room.talk.length === 0 && <p class="quieter">{t('talk.none')}</p>}
        {room.talk.map((one) => (
          <TalkRow key={`${one.seq}${one.kind}`} one={one} desk={desk} room={room} />
        ))}
      </div>
      {unseen > 0 && (
        <Button size="desk" icon="down" class="more-below" onClick={toEnd}>
          {common('chat.new', { n: unseen })}
        </Button>
      )}
    </div>
  )
}

function TalkRow({ one, desk, room }: Props & { one: TalkLine }) {
  if (one.kind === 'removed') {
    return <Removed acts={desk.acts.items.value} messageId={one.messageId} />
  }
  if (one.kind === 'sale') {
    const title = findVariant(room, one.variantId)?.product.title ?? ''
    return (
      <ChatNote icon="bolt">{common('sale.opened', { title, price: money(one.price) })}</ChatNote>
    )
  }
  if (one.kind === 'sold') {
    const title = room.products.find(({ id }) => id === one.productId)?.title ?? ''
    return <ChatNote icon="check">{plain(common('sold.sum', { n: one.quantity, title }))}</ChatNote>
  }
  if (one.kind === 'auctioned') {
    const title = room.products.find(({ id }) => id === one.productId)?.title ?? ''
    const told = { title, price: money(one.price), name: one.winner }
    return <ChatNote icon="check">{a('sold.line', told)}</ChatNote>
  }
  const { showId } = desk
  if (isQuestion(one) && isOpen(showId, one)) return <Asked question={one} showId={showId} />
  const own = one.accountId === desk.store.you.value?.accountId
  return (
    <ChatLine speaker={{ name: one.displayName, role: one.role }} own={own}>
      {one.text}
    </ChatLine>
  )
}

/** The host may know who removed it and why; viewers get one sentence for all. */
function Removed({ acts, messageId }: { acts: Act[] | null; messageId: string | null }) {
  const about = { name: 'messageId', value: messageId ?? '' }
  const found = lastAct(acts, ['chat.deleted'], about)
  if (found === undefined || found.by === null || found.reason === null) return <ChatRemoved />
  return (
    <p class="line removed">
      {t('removed.by', { name: found.by.displayName, reason: found.reason })}
    </p>
  )
}

function Asked({ question, showId }: { question: Question; showId: string }) {
  return (
    <div class="ask">
      <span>
        <b>
          <bdi>{question.displayName}</bdi>
        </b>{' '}
        <bdi>{question.text}</bdi>
      </span>
      <Button
        kind="bare"
        size="desk"
        icon="check"
        aria-label={t('answered')}
        onClick={() => tickOff(showId, question.messageId)}
      />
    </div>
  )
}

export function AskedList({ showId, asked }: { showId: string; asked: Question[] }) {
  if (asked.length === 0) {
    return (
      <div class="fill rule">
        <Empty icon="question" title={t('questions.none')} help={t('questions.none.help')} />
      </div>
    )
  }
  return (
    <div class="fill rule asked">
      {asked.map((question) => (
        <Asked key={question.messageId} question={question} showId={showId} />
      ))}
    </div>
  )
}
