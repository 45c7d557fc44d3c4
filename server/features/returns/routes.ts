import type { returnRoutes as table } from '../../../shared/wire/returns.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Returns } from './returns.ts'

export function returnRoutes(returns: Returns): Handlers<typeof table> {
  const { move, giveBack } = returns
  return {
    orderReturns: ({ who, params }) => returns.ofOrder(who, params.id),
    askReturn: ({ who, params, body, key }) => returns.ask(who, params.id, body, key),
    withdrawReturn: ({ who, params, key }) => move('withdraw', who, params.id, {}, key),
    sentReturn: ({ who, params, body, key }) => move('sent', who, params.id, body, key),
    disputeReturn: ({ who, params, body, key }) => move('dispute', who, params.id, body, key),
    merchantReturns: ({ who, query }) => returns.merchantList(who, query),
    acceptReturn: ({ who, params, body, key }) => move('accept', who, params.id, body, key),
    refuseReturn: ({ who, params, body, key }) => move('refuse', who, params.id, body, key),
    answerDispute: ({ who, params, body, key }) => move('answer', who, params.id, body, key),
    refundReturn: ({ who, params, body, key }) => giveBack('refund', who, params.id, body, key),
    receivedReturn: ({ who, params, body, key }) => giveBack('received', who, params.id, body, key),
    disputes: ({ who, query }) => returns.disputes(who, query),
    decideDispute: ({ who, params, body, key }) => giveBack('decide', who, params.id, body, key),
  }
}
