import { Refusal } from '../base/refusal.ts'
import type { Door } from './door.ts'
import type { Limits } from './limits.ts'

type Needs = { limits: Limits; end(token: string): Promise<void> }

/** What RFC 8058 sends, in whichever coding of a form, is some dozen bytes. */
const bodyMax = 2_048
const isToken = /^[0-9a-f]{32}$/

/**
 * The address that a letter names for a mail program's own button: a POST of that program, without cookies and
 * without a hand, ends letters like it. Whoever opens it in a browser finds a page that asks first, because what
 * only looks at links ends nothing.
 */
export function mountLetters(app: Door, { limits, end }: Needs): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: bodyMax },
      (_request, body, done) => done(null, body),
    )
    scope.post<{ Params: { token: string } }>('/letters/:token', async (request, reply) => {
      await limits.count('endLetters', { accountId: undefined, address: request.ip })
      const { token } = request.params
      if (!isToken.test(token)) throw new Refusal('NOT_FOUND', 'There is nothing here.')
      if (typeof request.body !== 'string' || !request.body.includes('One-Click')) {
        throw new Refusal('VALIDATION', 'Send List-Unsubscribe=One-Click, or open this address.')
      }
      await end(token)
      return reply.header('cache-control', 'no-store').type('text/plain').send('Done.\n')
    })
  })
}
