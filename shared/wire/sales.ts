import Type from 'typebox'
import {
  countdownMsMax,
  countdownMsMin,
  quantityMax,
  saleMsMax,
  saleMsMin,
  stockMax,
} from '../limits.ts'
import { Empty, Id, Reason, Shape } from './base.ts'
import { Price } from './catalog.ts'
import { commands } from './contract.ts'
import { Sale } from './events.ts'

const OfProduct = Shape({ showId: Id, productId: Id })
const BecauseProduct = Shape({ showId: Id, productId: Id, reason: Reason })

export const salesCommands = commands({
  'product:pin': {
    summary: 'Put one product in front of every viewer; the last pin wins',
    may: 'moderator',
    admin: true,
    in: OfProduct,
    out: Empty,
  },
  'product:unpin': {
    summary: 'Take the pinned product down',
    may: 'moderator',
    admin: true,
    in: OfProduct,
    out: Empty,
  },
  'product:pull': {
    summary: 'Take a product off sale now; after the answer no hold of it succeeds',
    may: 'moderator',
    admin: true,
    in: BecauseProduct,
    out: Empty,
  },
  'product:restore': {
    summary: 'Put a pulled product back on sale',
    may: 'moderator',
    admin: true,
    in: OfProduct,
    out: Empty,
  },
  'sale:start': {
    summary: 'Announce a flash sale; during the countdown nothing can be held',
    may: 'host',
    in: Shape({
      showId: Id,
      variantId: Id,
      price: Price,
      quantity: Type.Integer({ minimum: 1, maximum: stockMax }),
      perBuyer: Type.Optional(Type.Integer({ minimum: 1, maximum: quantityMax })),
      countdownMs: Type.Union([
        Type.Literal(0),
        Type.Integer({ minimum: countdownMsMin, maximum: countdownMsMax }),
      ]),
      durationMs: Type.Integer({ minimum: saleMsMin, maximum: saleMsMax }),
    }),
    out: Sale,
  },
  'sale:end': {
    summary: 'End a flash sale before its time',
    may: 'host',
    in: Shape({ showId: Id, saleId: Id }),
    out: Empty,
  },
})
