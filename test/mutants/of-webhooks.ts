import type { Mutant } from './list.ts'

/** News arrive, and go nowhere but outside; keys open what is for them. */
export const ofWebhooks: Mutant[] = [
  {
    fault: 'a webhook that a process died with is never sent again',
    edits: [
      {
        file: 'server/features/hooks/store.ts',
        from: "due_at = clock_timestamp() + least(interval '6 hours', interval '30 seconds' * 2 ^ d.attempts)",
        to: 'due_at = null',
      },
    ],
    test: {
      file: 'test/stories/webhooks.test.ts',
      name: 'a process that is killed while it sends loses nothing',
    },
  },
  {
    fault: 'a webhook goes to a name that has become private',
    edits: [
      {
        file: 'server/features/hooks/places.ts',
        from: 'if (!first || !found.every(({ address }) => isPublic(address))) {',
        to: 'if (!first) {',
      },
    ],
    test: {
      file: 'server/features/hooks/places.test.ts',
      name: 'a name that has become private is not called',
    },
  },
  {
    fault: 'a merchant is not told that an order is paid',
    edits: [
      {
        file: 'server/features/orders/settle.sql',
        from: "  perform tell_orders_v1('order.paid', os);\n",
        to: '',
      },
    ],
    test: {
      file: 'test/stories/webhooks.test.ts',
      name: 'every kind of news comes once, signed, and as the contract has it',
    },
  },
  {
    fault: 'an API key opens what is not for keys',
    edits: [
      {
        file: 'server/http/doorman.ts',
        from: 'if (!opens.apiKey) throw',
        to: "if (opens.apiKey && request.method === '') throw",
      },
    ],
    test: {
      file: 'test/stories/keys.test.ts',
      name: 'a key opens the routes that name it, and no other',
    },
  },
  {
    fault: 'an API key of an admin is an admin',
    edits: [
      {
        file: 'server/http/doorman.ts',
        from: "kind: 'account', displayName, address",
        to: "kind: 'admin', displayName, address",
      },
    ],
    test: {
      file: 'test/stories/keys.test.ts',
      name: 'a key of an admin is a key of their own shop',
    },
  },
]
