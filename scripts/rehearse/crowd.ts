import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** What somebody in the crowd does, and when; `viewer` counts from 0. */
export type Act = { atMs: number; viewer: number } & (
  | { do: 'come' }
  | { do: 'say'; text: string }
  | { do: 'react' }
  | { do: 'buy'; pays: boolean; card: string }
  | { do: 'leave' }
  | { do: 'stop reading' }
  | { do: 'misbehave'; how: Mischief }
)
export type Mischief = 'a command that is none' | 'a payload that is none' | 'a book' | 'a shout'

export type Evening = {
  acts: Act[]
  /** When the host pins the next product. */
  pinsAtMs: number[]
  /** The flash sale is announced at `saleAtMs` and opens at `opensAtMs`. */
  saleAtMs: number
  opensAtMs: number
  units: number
}

/** The shortest evening that has room for arrivals, the countdown and the drop. */
export const secondsMin = 40
export const countdownMs = 10_000

const arrivalMs = 10_000
const pinEveryMs = 4_000
const [good, broke] = ['4242424242424242', '4000000000000002']
/** Shares of the crowd. */
const [talkers, clappers, buyers, leavers, comeBack] = [0.2, 0.5, 0.3, 0.08, 0.8]
const [silent, rude, payers, brokeBuyers] = [0.005, 0.01, 0.8, 0.05]
/** Units in the drop for so many who want one: most go without. */
const unitsPerBuyer = 0.4
const mischiefs: Mischief[] = [
  'a command that is none',
  'a payload that is none',
  'a book',
  'a shout',
]
const words = [
  'what a glaze',
  'is it dishwasher safe?',
  'greetings from Izmir',
  'the blue one please',
  'how tall is it',
  'love this',
  'when does it open',
  'got one!',
]

/** The same seed, size and length give the same evening, act for act. */
export function eveningOf(seed: number, viewers: number, seconds: number): Evening {
  const random = xoroshiro128plus(seed)
  const chance = () => uniformFloat64(random)
  const one = <T>(all: readonly T[]) => all[Math.floor(chance() * all.length)] as T
  const endMs = seconds * 1_000
  const saleAtMs = Math.round(endMs * 0.4)
  const opensAtMs = saleAtMs + countdownMs
  const acts: Act[] = []
  for (let viewer = 0; viewer < viewers; viewer += 1) {
    // Most come in the first moments: the link goes round.
    const comesAt = arrivalMs * chance() ** 2
    const during = () => comesAt + 2_000 + chance() * (endMs - comesAt - 3_000)
    const add = (atMs: number, act: Distribute<Act>) =>
      acts.push({ atMs: Math.round(atMs), viewer, ...act } as Act)
    add(comesAt, { do: 'come' })
    if (chance() < talkers) {
      for (let n = 0; n < 3; n += 1) add(during(), { do: 'say', text: one(words) })
    }
    if (chance() < clappers) for (let n = 0; n < 5; n += 1) add(during(), { do: 'react' })
    if (chance() < buyers) {
      // Half of them press in the first second.
      const atMs = opensAtMs + 4_000 * chance() ** 2
      const card = chance() < brokeBuyers ? broke : good
      add(atMs, { do: 'buy', pays: chance() < payers, card })
    }
    if (chance() < leavers) {
      const atMs = during()
      add(atMs, { do: 'leave' })
      if (chance() < comeBack) add(Math.min(endMs - 500, atMs + 1_000), { do: 'come' })
    }
    if (chance() < silent) add(during(), { do: 'stop reading' })
    if (chance() < rude) add(during(), { do: 'misbehave', how: one(mischiefs) })
  }
  const pins = Math.floor(endMs / pinEveryMs)
  return {
    acts: acts.sort((a, b) => a.atMs - b.atMs || a.viewer - b.viewer),
    pinsAtMs: Array.from({ length: pins }, (_, n) => n * pinEveryMs + pinEveryMs / 2),
    saleAtMs,
    opensAtMs,
    units: Math.max(1, Math.round(viewers * buyers * unitsPerBuyer)),
  }
}

/** `Omit` of each member of a union by itself. */
type Distribute<T> = T extends unknown ? Omit<T, 'atMs' | 'viewer'> : never
