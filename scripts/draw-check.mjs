#!/usr/bin/env node
// Makes the draw of a giveaway again by its documentation alone (server/features/giveaways/README.md): it reads the
// public record and nothing of the server, and needs nothing but Node. Take it, or write your own.
//
//   node scripts/draw-check.mjs URL|FILE [COMMITMENT]
//
// URL: https://HOST/api/v1/shows/SHOW/giveaways/GIVEAWAY, or a file with what it answered. COMMITMENT: what you were
// told when the giveaway opened. Exits 0 when the winner is whom the draw names, 1 when not, 2 when there is none to check.

import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'

const [from, promised, ...more] = process.argv.slice(2)
if (!from || more.length > 0) stop(2, 'node scripts/draw-check.mjs URL|FILE [COMMITMENT]')

const { giveaway, list } = await record(from)
const { draw } = giveaway
if (!draw || list === null)
  stop(2, `Nothing was drawn here: it ${giveaway.reason ?? 'still runs'}.`)

const sha256 = (what) => createHash('sha256').update(what).digest('hex')
const secret = Buffer.from(draw.secret, 'hex')
if (sha256(secret) !== (promised ?? giveaway.commitment)) {
  stop(1, 'The secret is not the one that was promised.')
}
if (sha256(list) !== draw.entriesHash) stop(1, 'The list is not the one that was drawn from.')

const lines = list.split('\n').slice(0, -1)
const line = lines[drawn(lines.length)]
const number = Number(line.split(' ')[0])
if (number !== draw.number) stop(1, `The draw names ticket ${number}, and ${draw.number} won.`)
stop(
  0,
  `The draw is right: ticket ${number} of ${lines.length}, ${draw.winner.displayName}.\n${line}`,
)

/** One of n, from 0: see the documentation, The draw, 4. */
function drawn(n) {
  const range = 2 ** 48
  for (let round = 0; n > 0; round++) {
    const said = `${giveaway.giveawayId}\n${draw.entriesHash}\n${round}`
    const x = createHmac('sha256', secret).update(said).digest().readUIntBE(0, 6)
    if (x < range - (range % n)) return x % n
  }
  return stop(1, 'The list is empty.')
}

async function record(from) {
  if (!/^https?:/.test(from)) return JSON.parse(await readFile(from, 'utf8'))
  const answer = await fetch(from)
  if (!answer.ok) stop(2, `${from} answers ${answer.status}.`)
  return answer.json()
}

function stop(code, sentence) {
  console[code === 0 ? 'log' : 'error'](sentence)
  process.exit(code)
}
