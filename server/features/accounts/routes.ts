import type { SignedIn, accountRoutes as table } from '../../../shared/wire/accounts.ts'
import type { Call, Handlers } from '../../http/mount.ts'
import type { Accounts } from './accounts.ts'

export function accountRoutes(accounts: Accounts): Handlers<typeof table> {
  const keep = (call: Pick<Call<never>, 'setSession'>, signedIn: SignedIn) => {
    call.setSession(signedIn.token)
    return signedIn
  }
  return {
    async signUp(call) {
      const signedIn = await accounts.signUp(call.body)
      call.keepDevice(call.body.email)
      return keep(call, signedIn)
    },
    async signIn(call) {
      const { email } = call.body
      await call.admitSignIn(email)
      const signedIn = await accounts.signIn(call.body)
      call.keepDevice(email)
      return keep(call, signedIn)
    },
    enterAsGuest: async (call) => keep(call, await accounts.enterAsGuest()),
    signOut: async (call) => {
      await accounts.signOut(call.who)
      call.clearSession()
    },
    session: async ({ who }) => ({ me: who && (await accounts.me(who)) }),
    me: ({ who }) => accounts.me(who),
    rename: ({ who, body }) => accounts.rename(who, body.displayName),
    addresses: async ({ who }) => ({ items: await accounts.addresses(who), nextCursor: null }),
    addAddress: ({ who, body }) => accounts.addAddress(who, body),
    changeAddress: ({ who, params, body }) => accounts.changeAddress(who, params.id, body),
    removeAddress: ({ who, params }) => accounts.removeAddress(who, params.id),
    forgotPassword: ({ body }) => accounts.forgotPassword(body.email),
    resetPassword: async (call) =>
      keep(call, await accounts.resetPassword(call.body.token, call.body.password)),
  }
}
