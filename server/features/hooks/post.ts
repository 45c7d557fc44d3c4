import * as http from 'node:http'
import * as https from 'node:https'
import { Refusal } from '../../base/refusal.ts'
import { findAddresses, mustBePlace, NotPublic, onlyPublic, type Places } from './places.ts'
import type { Outcome } from './store.ts'

/** All of it: finding the address, the connection, the answer. */
const deadlineMs = 10_000
/** Of an answer this much is read, and the beginning is kept. */
const readBytesMax = 4_096
const keptMax = 500

const lookUpPublic = onlyPublic(findAddresses)

export type Letter = { url: string; headers: Record<string, string>; body: string }

/** Sends one webhook. Whatever becomes of it is an outcome; it throws only when it was called back. */
export async function postOne(
  { url, headers, body }: Letter,
  places: Places,
  callBack: AbortSignal,
): Promise<Outcome> {
  const late = AbortSignal.timeout(deadlineMs)
  try {
    const answer = await send(url, {
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      body,
      places,
      signal: AbortSignal.any([late, callBack]),
    })
    return { status: answer.statusCode ?? null, answer: await beginningOf(answer) }
  } catch (error) {
    callBack.throwIfAborted()
    if (late.aborted) return { status: null, answer: `no answer in ${deadlineMs / 1_000} s` }
    return { status: null, answer: whyNot(error) }
  }
}

type Sending = {
  headers: Record<string, string>
  body: string
  places: Places
  signal: AbortSignal
}

function send(
  url: string,
  { headers, body, places, signal }: Sending,
): Promise<http.IncomingMessage> {
  // Again: settings change, and a literal address is connected to without being looked up.
  mustBePlace(url, places)
  const { request } = url.startsWith('https:') ? https : http
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const lookup = places.anywhere ? {} : { lookup: lookUpPublic }
  request(url, { method: 'POST', headers, agent: false, signal, ...lookup })
    .on('response', resolve)
    .on('error', reject)
    // An answer that goes over to another protocol ends in neither of the two.
    .on('close', () => reject(new Error('closed without an answer')))
    .end(body)
  return promise
}

async function beginningOf(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= readBytesMax) break
    }
  } catch {
    // Its status has come, and that decides.
  }
  return Buffer.concat(chunks).toString().replaceAll('\0', '').slice(0, keptMax).toWellFormed()
}

function whyNot(error: unknown): string {
  if (error instanceof NotPublic)
    return 'This name leads to an address that is not open to the world.'
  if (error instanceof Refusal) return error.message
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'no connection'
}
