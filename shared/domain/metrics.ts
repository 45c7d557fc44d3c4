import { reportDays } from '../limits.ts'

/**
 * What each figure of a show's report counts, in words for whoever reads it: on the screen and in the API's
 * description. server/features/analytics/report.sql counts them so.
 */
export const metrics = {
  viewers:
    'People who had the show open, each counted once however often they came. Staff of the show are not counted.',
  peak: 'The most people at one moment.',
  average: 'How many watched on average, over the time in which somebody counted.',
  watchMs: 'How long all viewers together had the show open.',
  orders:
    'Paid orders whose first unit was held while the show ran. What was given away is an order of 0. Money that came too late and went straight back is no order. An order from two shows counts for the one in which its first unit was held.',
  units: 'Units in these orders.',
  buyers: 'Different people who placed these orders.',
  conversion:
    'Buyers divided by viewers. Not told where more people bought than were seen to watch.',
  sales:
    'What was paid for goods in these orders, less discounts, without delivery, before anything was given back.',
  delivery: 'What was paid for delivery in these orders.',
  refunded: 'What was given back of these orders until now, delivery included.',
  kept: 'Sales and delivery, less what was given back, before fees.',
  replay: `Paid orders from the replay: first held after the show had ended, placed within ${reportDays} days.`,
  shownMs: 'How long the product was pinned.',
  held: 'Units that people held while the show ran, also those that they put back.',
  ordered: 'Units in orders, paid or not.',
  paid: 'Units in paid orders.',
  back: 'Units of paid orders whose money was given back in full, and those of a return for which money was given back.',
  productSales:
    'What was paid for these units at the prices they were held at, less their part of discounts, before anything was given back.',
  soldOutAt: 'When nothing of it was left to hold, for the first time.',
  before: 'The show before this one by the same host.',
} as const

export type Metric = keyof typeof metrics
