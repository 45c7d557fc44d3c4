import Type, { type Static } from 'typebox'
import { Empty, Id, Key, Shape } from './base.ts'
import { commands } from './contract.ts'
import { Hold } from './holds.ts'

/**
 * A place in the line for one piece that is sold out. Ended: `served`, it is held for them; `left`; `over`, what they
 * waited for is not offered any more; `limit`, they have what one buyer may have; `banned`.
 */
export const Place = Shape({
  showId: Id,
  variantId: Id,
  /** By these all are served, the lowest first. */
  number: Type.Integer(),
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('served'),
    Type.Literal('left'),
    Type.Literal('over'),
    Type.Literal('limit'),
    Type.Literal('banned'),
  ]),
})
export type Place = Static<typeof Place>

/** A place that changed; with the hold, when its turn came. */
export const ChangedPlace = Shape({ ...Place.properties, hold: Type.Optional(Hold) })
export type ChangedPlace = Static<typeof ChangedPlace>

/** The line for a variant as of now: the lowest number that waits, and how many do. */
export const Line = Shape({ next: Type.Integer(), waiting: Type.Integer() })
export type Line = Static<typeof Line>

const Ware = { showId: Id, variantId: Id }

export const lineCommands = commands({
  'line:join': {
    summary: 'Take a place in the line for one piece of what is sold out',
    may: 'account',
    notWhen: ['banned'],
    in: Shape({ ...Ware, key: Key }),
    out: Place,
  },
  'line:leave': {
    summary: 'Give the place up; also when there is none',
    may: 'account',
    in: Shape(Ware),
    out: Empty,
  },
})
