import Type, { type Static } from 'typebox'
import { displayNameMax, emailMax, passwordMax, passwordMin } from '../limits.ts'
import { Id, IdParam, Line, Nullable, Shape, Text } from './base.ts'
import { routes } from './contract.ts'

export const Account = Shape({
  id: Id,
  displayName: Type.String(),
  kind: Type.Union([Type.Literal('guest'), Type.Literal('account'), Type.Literal('admin')]),
})
export type Account = Static<typeof Account>

export const Email = Type.String({
  minLength: 3,
  maxLength: emailMax,
  pattern:
    '^[^\\s@\\u0000-\\u001F\\u007F\\uD800-\\uDFFF]+@[^\\s@.\\u0000-\\u001F\\uD800-\\uDFFF]+(\\.[^\\s@.\\u0000-\\u001F\\uD800-\\uDFFF]+)+$',
})
const Password = Text(passwordMin, passwordMax)
const DisplayName = Line(displayNameMax)

/** ISO 3166 alpha-2 in `country`. */
export const Address = Shape({
  name: Line(100),
  line1: Line(200),
  line2: Type.Optional(Line(200)),
  city: Line(100),
  region: Type.Optional(Line(100)),
  postalCode: Line(20),
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
})
export type Address = Static<typeof Address>

export const SavedAddress = Shape({ ...Address.properties, id: Id })
export type SavedAddress = Static<typeof SavedAddress>

export const SignedIn = Shape({ account: Account, token: Type.String() })
export type SignedIn = Static<typeof SignedIn>

export const Me = Shape({
  account: Account,
  email: Type.Optional(Type.String()),
  addresses: Type.Array(SavedAddress),
})
export type Me = Static<typeof Me>

export const accountRoutes = routes({
  signUp: {
    method: 'POST',
    path: '/accounts',
    summary: 'Open an account',
    may: 'anyone',
    body: Shape({ email: Email, password: Password, displayName: DisplayName }),
    reply: SignedIn,
    status: 201,
  },
  signIn: {
    method: 'POST',
    path: '/sessions',
    summary: 'Sign in',
    may: 'anyone',
    body: Shape({ email: Email, password: Text(1, passwordMax) }),
    reply: SignedIn,
    status: 201,
  },
  enterAsGuest: {
    method: 'POST',
    path: '/sessions/guest',
    summary: 'Watch without an account',
    may: 'anyone',
    body: Type.Optional(Shape({})),
    reply: SignedIn,
    status: 201,
  },
  signOut: {
    method: 'DELETE',
    path: '/sessions/current',
    summary: 'Sign out; the session ends on every node',
    may: 'guest',
    status: 204,
  },
  session: {
    method: 'GET',
    path: '/sessions/current',
    summary: 'Who am I, or nobody yet: a first visit is not an error',
    may: 'anyone',
    reply: Shape({ me: Nullable(Me) }),
    status: 200,
  },
  me: { method: 'GET', path: '/me', summary: 'Who am I', may: 'guest', reply: Me, status: 200 },
  rename: {
    method: 'PATCH',
    path: '/me',
    summary: 'Change my display name',
    may: 'account',
    body: Shape({ displayName: DisplayName }),
    reply: Me,
    status: 200,
  },
  addresses: {
    method: 'GET',
    path: '/me/addresses',
    summary: 'My address book',
    may: 'account',
    reply: Shape({ items: Type.Array(SavedAddress), nextCursor: Nullable(Type.String()) }),
    status: 200,
  },
  addAddress: {
    method: 'POST',
    path: '/me/addresses',
    summary: 'Save an address',
    may: 'account',
    body: Address,
    reply: SavedAddress,
    status: 201,
  },
  changeAddress: {
    method: 'PUT',
    path: '/me/addresses/:id',
    summary: 'Change a saved address',
    may: 'account',
    params: IdParam,
    body: Address,
    reply: SavedAddress,
    status: 200,
  },
  removeAddress: {
    method: 'DELETE',
    path: '/me/addresses/:id',
    summary: 'Forget a saved address',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  forgotPassword: {
    method: 'POST',
    path: '/passwords/forgotten',
    summary:
      'Mail a link to choose a new password; answers the same whether the address is known or not',
    may: 'anyone',
    body: Shape({ email: Email }),
    status: 204,
  },
  resetPassword: {
    method: 'POST',
    path: '/passwords/reset',
    summary: 'Choose a new password with the mailed token; ends every older session',
    may: 'anyone',
    body: Shape({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }), password: Password }),
    reply: SignedIn,
    status: 201,
  },
})
