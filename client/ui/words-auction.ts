import { speaker } from './speak.ts'

/** Words about auctions, for everybody in a show. */
const en = {
  auction: 'Auction',
  'shown.now': 'At auction: {no}. {title}',
  'led.by': { one: '**1 bid**, led by {name}', other: '**{n} bids**, led by {name}' },
  'led.by.you': { one: '**1 bid**, led by you', other: '**{n} bids**, led by you' },
  'no.bids': 'No bids yet',
  bid: 'Bid {price}',
  bidding: 'Bidding',
  'bid.other': 'Bid another amount',
  'you.lead': 'You lead',
  deciding: 'Time is up',
  'not.yours': 'You run this show',
  'sold.to': 'Sold to {name} for {price}',
  'sold.to.you': 'Sold to you for {price}',
  'ended.unsold': 'The auction ended without a bid',
  'ended.canceled': 'The auction was called off',
  'sold.line': '{title} sold at auction for {price}, to {name}',
  won: '**Your bid has it,** for {price}. It is in your bag until {time}.',
  outbid: '**Somebody bid more.** The next bid is {price}.',
  over: '**This auction is over.**',
  'say.opened': 'Auction: {title}. It starts at {price}.',
  'say.last': 'Auction: 10 seconds left.',
  'sheet.title': 'Your bid',
  'sheet.amount': 'Amount, {price} or more',
  'sheet.least': 'The next bid is {price}. Write that or more.',
  'sheet.most': 'At most {price} now.',
  'sheet.help': 'A bid binds: if you win, it is yours at this price, with 10 minutes to pay.',
}

export const a = speaker(en)
