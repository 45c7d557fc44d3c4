import Type, { type Static, type TSchema } from 'typebox'
import { type Metric, metrics } from '../domain/metrics.ts'
import { Id, IdParam, Instant, Nullable, Shape, Sum } from './base.ts'
import { routes } from './contract.ts'
import { ShownPoll } from './polls.ts'
import { ShowStatus } from './shows.ts'

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** The same sentence that the screen shows. */
const of = <T extends TSchema>(metric: Metric, schema: T): T => {
  const told = Object.getOwnPropertyDescriptors({ description: metrics[metric] })
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(schema), ...told }) as T
}

/** Of one currency: sums of two are never added together. */
const Money = Shape({
  sales: of('sales', Sum),
  delivery: of('delivery', Sum),
  refunded: of('refunded', Sum),
  kept: of('kept', Sum),
})

const Figures = Shape({
  /** Null: nobody counted. */
  viewers: of('viewers', Nullable(Count)),
  peak: of('peak', Count),
  average: of('average', Nullable(Type.Number({ minimum: 0 }))),
  watchMs: of('watchMs', Nullable(Count)),
  orders: of('orders', Count),
  units: of('units', Count),
  buyers: of('buyers', Count),
  conversion: of('conversion', Nullable(Type.Number({ minimum: 0 }))),
  money: Type.Array(Money),
})

/** A step of the show's time; `viewers` null: nobody counted. */
const Point = Shape({
  at: Instant,
  viewers: Nullable(Count),
  came: Count,
  orders: Count,
  units: Count,
})

const Stretch = { from: Instant, to: Instant }

const ReportProduct = Shape({
  productId: Id,
  title: Type.String(),
  image: Nullable(Type.String()),
  /** Its number in the line-up; null when it was taken out. */
  no: Nullable(Count),
  shownMs: of('shownMs', Count),
  held: of('held', Count),
  ordered: of('ordered', Count),
  paid: of('paid', Count),
  back: of('back', Count),
  sales: of('productSales', Type.Array(Sum)),
  soldOutAt: of('soldOutAt', Nullable(Instant)),
})

const ReportSale = Shape({
  saleId: Id,
  productId: Id,
  variantId: Id,
  price: Sum,
  wasPrice: Sum,
  /** Units that it was for. */
  quantity: Count,
  ...Stretch,
  endedAs: Nullable(Type.String()),
  held: of('held', Count),
  paid: of('paid', Count),
  sales: of('productSales', Sum),
})

const Part = {
  showId: Id,
  title: Type.String(),
  startedAt: Instant,
  endedAt: Nullable(Instant),
  /** How long a point is. */
  stepMs: Count,
  figures: Figures,
  points: Type.Array(Point),
}

export const ShowReport = Shape({
  ...Part,
  status: ShowStatus,
  /** As of then, by the database's clock. */
  countedAt: Instant,
  replay: of('replay', Shape({ orders: Count, units: Count, money: Type.Array(Money) })),
  products: Type.Array(ReportProduct),
  pins: Type.Array(Shape({ productId: Id, ...Stretch })),
  sales: Type.Array(ReportSale),
  offAir: Type.Array(Shape(Stretch)),
  /** Those that are closed, in the order in which they were asked. */
  polls: Type.Array(ShownPoll),
  before: of('before', Nullable(Shape(Part))),
})
export type Report = Static<typeof ShowReport>

export const reportRoutes = routes({
  showReport: {
    method: 'GET',
    path: '/shows/:id/report',
    summary:
      'What became of a show, also while it runs, counted from its log, its holds and the money ledger; each figure says what it counts',
    may: 'owner',
    params: IdParam,
    reply: ShowReport,
    status: 200,
  },
})
