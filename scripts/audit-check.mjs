#!/usr/bin/env node
// Checks an audit export by its documentation alone (server/features/audit/README.md): it reads the
// exported files and nothing of the server, and needs nothing but Node. Take it, or write your own.
//
//   node scripts/audit-check.mjs DIR     exits 0 when all is as it must be, 1 and says where not

import { createHash, createHmac } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const [dir, ...more] = process.argv.slice(2)
if (!dir || more.length > 0) misused('node scripts/audit-check.mjs DIR')
if (!existsSync(join(dir, 'manifest.json'))) {
  misused(`${dir} is no export: it has no manifest.json. npm run audit -- --out DIR writes one.`)
}

const problems = []
const wrong = (where, what) => problems.push(`${where}: ${what}`)
const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'))
if (manifest.format !== 'vitrine-audit' || manifest.version !== 1 || !manifest.complete) {
  wrong('manifest.json', 'is not of a complete export of version 1')
} else {
  await checkFiles()
  await checkStock()
  await checkLog()
  await checkMoney()
  await checkAuctions()
  await checkGiveaways()
  await checkCodes()
  await checkReturns()
}
for (const problem of problems.slice(0, 50)) console.log(problem)
console.log(problems.length === 0 ? 'Everything is as it must be.' : `${problems.length} problems.`)
process.exit(problems.length === 0 ? 0 : 1)

function misused(sentence) {
  console.error(sentence)
  process.exit(2)
}

async function* rowsOf(name) {
  const lines = createInterface({
    input: createReadStream(join(dir, `${name}.jsonl`)),
    crlfDelay: Infinity,
  })
  for await (const line of lines) yield JSON.parse(line)
}

/** The files are those that the manifest names, to the byte. */
async function checkFiles() {
  const all = createHash('sha256')
  for (const { name, rows, bytes, sha256: expected } of manifest.files) {
    const text = readFileSync(join(dir, name))
    const found = sha256(text).toString('hex')
    if (found !== expected) wrong(name, 'is not the file that the manifest speaks of')
    if (text.length !== bytes || text.toString().split('\n').length - 1 !== rows)
      wrong(name, 'has another length')
    all.update(`${name} ${expected}\n`)
  }
  if (all.digest('hex') !== manifest.digest)
    wrong('manifest.json', 'the digest is not that of its files')
}

/** Each variant's chain, link by link; its sums, at every line; and the life of every hold. */
async function checkStock() {
  const links = new Map()
  for await (const { variantId, n, hash } of rowsOf('stock-chain')) {
    links.set(`${variantId} ${n}`, hash)
  }
  const variants = new Map()
  const lives = new Map()
  for await (const line of rowsOf('stock-ledger')) {
    const { variantId, n, kind, holdId } = line
    const one = variants.get(variantId) ?? {
      n: 0,
      hash: '',
      onHand: 0,
      held: 0,
      sold: 0,
      lines: [],
    }
    variants.set(variantId, one)
    if (n !== one.n + 1) wrong(variantId, `line ${n} follows line ${one.n}`)
    one.n = n
    move(one, line)
    if (one.held < 0 || one.sold < 0 || one.held + one.sold > one.onHand)
      wrong(variantId, `oversold at line ${n}`)
    if (holdId !== null)
      lives.set(holdId, [...(lives.get(holdId) ?? []), { kind, quantity: line.quantity }])
    one.lines.push(canonical(line))
    const link = links.get(`${variantId} ${n}`)
    if (link === undefined) continue
    if (sha256(Buffer.from(one.hash, 'hex'), one.lines.join('\n')).toString('hex') !== link) {
      wrong(variantId, `the link at line ${n} does not fit`)
    }
    one.hash = link
    one.lines = []
  }
  for await (const head of rowsOf('stock')) {
    const one = variants.get(head.variantId) ?? {
      n: 0,
      hash: '',
      onHand: 0,
      held: 0,
      sold: 0,
      lines: [],
    }
    for (const name of ['n', 'hash', 'onHand', 'held', 'sold']) {
      if (one[name] !== head[name])
        wrong(head.variantId, `${name} is ${head[name]}, the ledger says ${one[name]}`)
    }
  }
  await checkHolds(lives)
}

/** A ledger line as its link covers it. */
function canonical({ n, kind, quantity, holdId, at, by, reason }) {
  const words = reason === null ? '' : `${[...reason].length}:${reason}`
  return [n, kind, quantity, holdId ?? '', at, by ?? '', words].join('|')
}

function move(one, { kind, quantity }) {
  const signs = {
    receive: { onHand: 1 },
    correct: { onHand: 1 },
    hold: { held: 1 },
    release: { held: -1 },
    expire: { held: -1 },
    pull: { held: -1 },
    confirm: { held: -1, sold: 1 },
    take: { sold: 1 },
    return: { sold: -1 },
    ship: { onHand: -1, sold: -1 },
  }[kind]
  if (!signs) wrong('stock-ledger', `nobody knows the kind ${kind}`)
  for (const [name, sign] of Object.entries(signs ?? {})) one[name] += sign * quantity
}

/** A hold begins once and ends once. What was written after the row was read is in the ledger alone. */
async function checkHolds(lives) {
  const endedBy = { released: 'release', expired: 'expire', pulled: 'pull', confirmed: 'confirm' }
  const seen = new Set()
  for await (const { id, state, quantity } of rowsOf('holds')) {
    seen.add(id)
    const life = lives.get(id) ?? []
    const kinds = life.map(({ kind }) => kind)
    if (life.some((line) => line.quantity !== quantity))
      wrong(id, 'a line has another quantity than its hold')
    if (kinds[0] !== 'hold' || kinds.filter((kind) => kind === 'hold').length !== 1)
      wrong(id, `its life is ${kinds}`)
    const ends = kinds.filter((kind) => Object.values(endedBy).includes(kind))
    if (ends.length > 1) wrong(id, `ends ${ends.length} times: ${ends}`)
    if (endedBy[state] ? ends[0] !== endedBy[state] : manifest.quiet && ends.length > 0)
      wrong(id, `is ${state}, but ended by ${ends}`)
  }
  if (!manifest.quiet) return
  for (const id of lives.keys())
    if (!seen.has(id)) wrong(id, 'is in the ledger, and there is no such hold')
}

/** Each show's chain, event by event. */
async function checkLog() {
  const shows = new Map()
  for await (const event of rowsOf('events')) {
    const { showId, seq, type, at, actor, bodyHash, hash } = event
    const one = shows.get(showId) ?? { seq: 0, hash: '' }
    if (seq !== one.seq + 1) wrong(showId, `seq ${seq} follows ${one.seq}`)
    const link = sha256(
      Buffer.from(one.hash, 'hex'),
      `${seq}|${type}|${at}|${actor ?? ''}|`,
      Buffer.from(bodyHash, 'hex'),
    )
    if (link.toString('hex') !== hash) wrong(showId, `the link of seq ${seq} does not fit`)
    if (!isWhole(event)) wrong(showId, `seq ${seq} is not what was written`)
    shows.set(showId, { seq, hash })
  }
  for await (const head of rowsOf('show-heads')) {
    const one = shows.get(head.showId) ?? { seq: 0, hash: '' }
    if (one.seq !== head.seq || one.hash !== head.hash)
      wrong(head.showId, `ends at seq ${one.seq}, its head says ${head.seq}`)
  }
}

/** What is withheld, or was erased by an act, has only its hash. */
function isWhole({ type, body, staff, withheld, bodyHash }) {
  if (withheld) return true
  if (body === null && staff === null && ['chat.sent', 'chat.held', 'chat.pinned'].includes(type))
    return true
  return sha256(`${body ?? ''}\n${staff ?? ''}`).toString('hex') === bodyHash
}

/** Of a line at most what was bought comes back; of its price at most what was paid, and as much as its refunds. */
async function checkReturns() {
  const left = new Map()
  const unpaid = new Map()
  const cost = new Map()
  const given = new Map()
  const standing = new Map()
  const add = (map, key, amount) => map.set(key, (map.get(key) ?? 0) + amount)
  for await (const { orderId, holdId, quantity, price, discount } of rowsOf('order-items')) {
    add(left, `${orderId} ${holdId}`, quantity)
    add(unpaid, `${orderId} ${holdId}`, price * quantity - discount)
  }
  for await (const { id, orderId, state, paid, refunded, receivedAt } of rowsOf('returns')) {
    if (refunded > paid) wrong(id, `gave back ${refunded} of ${paid}`)
    add(given, orderId, refunded)
    add(cost, id, paid)
    const isOver = ['refused', 'withdrawn', 'closed'].includes(state)
    if (!isOver || refunded > 0 || receivedAt !== null) standing.set(id, orderId)
  }
  for await (const { returnId, holdId, quantity, paid } of rowsOf('return-items')) {
    add(cost, returnId, -paid)
    const orderId = standing.get(returnId)
    if (orderId === undefined) continue
    add(left, `${orderId} ${holdId}`, -quantity)
    add(unpaid, `${orderId} ${holdId}`, -paid)
  }
  for (const [line, units] of left) {
    if (units < 0) wrong(line, 'more came back than was bought')
    if (units === 0 && unpaid.get(line) !== 0)
      wrong(line, 'came back for another sum than was paid')
  }
  for (const [id, rest] of cost)
    if (manifest.quiet && rest !== 0) wrong(id, 'says another sum than its items')
  for await (const { orderId, amount, reason } of rowsOf('refunds'))
    if (reason === 'return') add(given, orderId, -amount)
  for (const [id, rest] of given)
    if (manifest.quiet && rest !== 0) wrong(id, 'its returns and their refunds differ')
}

/** Every bid is in time and a step above the one before; the unit is held by whoever made the last that stands. */
async function checkAuctions() {
  const bids = new Map()
  for await (const bid of rowsOf('auction-bids')) {
    bids.set(bid.auctionId, [...(bids.get(bid.auctionId) ?? []), bid])
  }
  const holds = new Map()
  for await (const hold of rowsOf('holds')) holds.set(hold.id, hold)
  for await (const auction of rowsOf('auctions')) {
    const { id, opening, step, openedAt, durationMs, endedAs } = auction
    let until = openedAt + durationMs * 1_000
    let best = { bidder: null, amount: null }
    for (const bid of bids.get(id) ?? []) {
      if (bid.at < openedAt || bid.at >= until) wrong(id, `bid ${bid.n} is not in time`)
      until = bid.endsAt
      if (bid.void) continue
      const least = best.amount === null ? opening : best.amount + step
      if (bid.amount < least) wrong(id, `bid ${bid.n} is too low`)
      best = bid
    }
    if (manifest.quiet && (best.bidder !== auction.leader || best.amount !== auction.price))
      wrong(id, 'is not led by its best bid')
    const hold = holds.get(auction.holdId)
    const winner = endedAs === 'sold' ? auction.leader : id
    if (manifest.quiet && hold?.buyer !== winner) wrong(id, 'its unit is held by somebody else')
    if (endedAs === 'sold' && hold?.price !== auction.price) wrong(id, 'was sold at another price')
    if (auction.unpaidHoldId === null) continue
    const first = holds.get(auction.unpaidHoldId)
    const bid = (bids.get(id) ?? []).find(({ bidder, amount }) => {
      return bidder === first?.buyer && amount === first.price
    })
    if (!bid?.void || !(first.price > auction.price)) wrong(id, 'nobody had won it before')
    if (!['released', 'expired', 'pulled'].includes(first?.state))
      wrong(id, 'was paid by who won it')
  }
}

/** Every draw, made again with what was promised in the log; the unit is held by whom it names. */
async function checkGiveaways() {
  const [lists, told, buyers] = [new Map(), new Map(), new Map()]
  for await (const { giveawayId: id, n, ticket, nonce, void: gone } of rowsOf('giveaway-entries'))
    if (!gone) lists.set(id, [...(lists.get(id) ?? []), `${n} ${ticket} ${nonce ?? '-'}\n`])
  for await (const { type, body } of rowsOf('events'))
    if (type === 'giveaway.opened') told.set(JSON.parse(body).giveawayId, JSON.parse(body))
  for await (const { id, buyer } of rowsOf('holds')) buyers.set(id, buyer)
  for await (const { id, holdId, winner, number, secret, entriesHash } of rowsOf('giveaways')) {
    if (manifest.quiet && buyers.get(holdId) !== (winner ?? id)) wrong(id, 'another has its unit')
    if (winner === null) continue
    const [key, list] = [Buffer.from(secret, 'hex'), lists.get(id) ?? []]
    if (sha256(key).toString('hex') !== told.get(id)?.commitment) wrong(id, 'promised otherwise')
    if (sha256(...list).toString('hex') !== entriesHash) wrong(id, 'others were drawn from')
    const mac = (n) => createHmac('sha256', key).update(`${id}\n${entriesHash}\n${n}`).digest()
    let [x, round] = [2 ** 48, 0]
    while (x >= 2 ** 48 - (2 ** 48 % list.length)) x = mac(round++).readUIntBE(0, 6)
    if (!list[x % list.length]?.startsWith(`${number} `)) wrong(id, 'the draw names another')
  }
}

/** An order has off what its code gives, each line its share; a code is used as often as it says. */
async function checkCodes() {
  // What must be left to pay, in minor units; 50 in other currencies.
  const leastCharges = {
    ...{ AED: 200, BGN: 100, CZK: 1500, DKK: 250, GBP: 30, HKD: 400, HUF: 17500 },
    ...{ MXN: 1000, MYR: 200, NOK: 300, PLN: 200, RON: 200, SEK: 300, THB: 1000 },
  }
  const byId = async (name, of) => {
    const rows = new Map()
    for await (const row of rowsOf(name)) rows.set(row[of], row)
    return rows
  }
  const codes = await byId('codes', 'id')
  const uses = await byId('code-uses', 'orderId')
  const holds = await byId('holds', 'id')
  const variants = await byId('variants', 'id')
  const lines = new Map()
  for await (const item of rowsOf('order-items')) {
    const { productIds = null, showId = null } = codes.get(uses.get(item.orderId)?.codeId) ?? {}
    const { productId } = variants.get(item.variantId) ?? {}
    const isFor =
      (productIds?.includes(productId) ?? true) &&
      (showId === null || showId === holds.get(item.holdId)?.showId)
    const worth = isFor ? BigInt(item.price) * BigInt(item.quantity) : 0n
    lines.set(item.orderId, [...(lines.get(item.orderId) ?? []), { ...item, worth }])
  }
  for await (const { id, code, discount, subtotal, shipping, currency } of rowsOf('orders')) {
    const terms = codes.get(uses.get(id)?.codeId)
    if ((terms?.code ?? null) !== code) wrong(id, `names ${code}, and its use is of ${terms?.code}`)
    if (terms === undefined) {
      if (discount !== 0) wrong(id, 'has something off for nothing')
      continue
    }
    const of = lines.get(id) ?? []
    const worth = of.reduce((sum, line) => sum + line.worth, 0n)
    const wanted =
      terms.percent === null ? BigInt(terms.amount) : (worth * BigInt(terms.percent)) / 100n
    const most = BigInt(subtotal + shipping) - BigInt(leastCharges[currency] ?? 50)
    const due = [wanted, worth, most].reduce((a, b) => (a < b ? a : b))
    if (BigInt(discount) !== due) wrong(id, `has ${discount} off, its code gives ${due}`)
    for (const [line, share] of sharesOf(due, worth, of))
      if (BigInt(line.discount) !== share)
        wrong(id, `a line has ${line.discount} off, not ${share}`)
  }
  for (const { id, uses: counted, quota, perBuyer } of codes.values()) {
    const standing = [...uses.values()].filter((use) => use.codeId === id && use.freedAt === null)
    if (manifest.quiet && standing.length !== counted) wrong(id, `says ${counted} uses`)
    const inTime = standing.filter(({ takenAgainAt }) => takenAgainAt === null)
    if (quota !== null && inTime.length > quota) wrong(id, 'is used more often than it may be')
    for (const of of Map.groupBy(inTime, ({ buyer }) => buyer).values())
      if (of.length > perBuyer) wrong(id, 'one buyer used it more often than it may be')
  }
}

/** Lines with their shares, to the minor unit. */
function sharesOf(due, worth, lines) {
  if (worth === 0n) return lines.map((line) => [line, 0n])
  const shares = lines.map((line) => [line, (due * line.worth) / worth])
  let over = due - shares.reduce((sum, [, share]) => sum + share, 0n)
  const byRest = shares.toSorted(([a], [b]) => {
    const rest = Number(((due * b.worth) % worth) - ((due * a.worth) % worth))
    return rest !== 0 ? rest : a.holdId < b.holdId ? -1 : 1
  })
  for (const one of byRest) {
    if (over === 0n) break
    one[1] += 1n
    over -= 1n
  }
  return shares
}

/** Debits are credits; an order is its items; what a provider holds is what was taken less what went back. */
async function checkMoney() {
  const transactions = new Map()
  const held = new Map()
  const add = (map, key, amount) => map.set(key, (map.get(key) ?? 0) + amount)
  for await (const { transactionId, orderId, account, debit, credit, currency } of rowsOf(
    'postings',
  )) {
    add(transactions, `${transactionId} ${currency}`, debit - credit)
    if (account.startsWith('provider:')) add(held, orderId, debit - credit)
  }
  for (const [id, rest] of transactions)
    if (rest !== 0) wrong(id, `debits and credits differ by ${rest}`)
  const items = new Map()
  const off = new Map()
  for await (const { orderId, quantity, price, discount } of rowsOf('order-items')) {
    add(items, orderId, quantity * price)
    add(off, orderId, discount)
  }
  const taken = new Map()
  for await (const { orderId, captured } of rowsOf('payments')) add(taken, orderId, captured)
  for await (const { orderId, amount, status } of rowsOf('refunds')) {
    if (status === 'succeeded') add(taken, orderId, -amount)
  }
  for await (const { id, subtotal, shipping, discount, total } of rowsOf('orders')) {
    if (items.get(id) !== subtotal || total !== subtotal + shipping - discount)
      wrong(id, 'its total is not its items')
    if (off.get(id) !== discount) wrong(id, 'its discount is not what its items have off')
    if (manifest.quiet && (held.get(id) ?? 0) !== (taken.get(id) ?? 0)) {
      wrong(id, `the books say ${held.get(id) ?? 0}, payments and refunds ${taken.get(id) ?? 0}`)
    }
  }
}
