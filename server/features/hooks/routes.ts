import type { hookRoutes as table } from '../../../shared/wire/hooks.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Hooks } from './hooks.ts'

export function hookRoutes(hooks: Hooks): Handlers<typeof table> {
  return {
    webhooks: ({ who, query }) => hooks.list(who, query),
    addWebhook: ({ who, body }) => hooks.add(who, body),
    changeWebhook: ({ who, params, body }) => hooks.change(who, params.id, body),
    removeWebhook: ({ who, params }) => hooks.remove(who, params.id),
    renewWebhookSecret: ({ who, params }) => hooks.renewSecret(who, params.id),
    testWebhook: ({ who, params }) => hooks.test(who, params.id),
    deliveries: ({ who, params, query }) => hooks.deliveries(who, params.id, query),
    sendAgain: ({ who, params }) => hooks.sendAgain(who, params.id, params.deliveryId),
  }
}
