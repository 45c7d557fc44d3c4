import { speaker } from '../../ui/speak.ts'

/** The words of a show that is over. */
export const o = speaker({
  title: 'The show is over',
  ran: 'It ran for {span}.',
  report: 'See the report',
  orders: 'See the orders',
  next: 'Plan the next one',
  canceled: 'This show was called off',
  'canceled.help': 'Nobody can join it any more.',
})
