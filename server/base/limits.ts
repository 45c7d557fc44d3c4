/** Allowed calls in a window, for one account or, without one, for one address. */
export type Allowance = { points: number; seconds: number; by: 'account' | 'address' }

const perAccount = (points: number, seconds: number): Allowance => ({
  points,
  seconds,
  by: 'account',
})
const perAddress = (points: number, seconds: number): Allowance => ({
  points,
  seconds,
  by: 'address',
})

/**
 * What nobody needs more of by hand. Named by route or command; the rest has `http` or `socket`.
 * Households and offices share an address, so those are wide.
 */
export const allowances: Record<string, Allowance> = {
  signUp: perAddress(20, 60),
  signIn: perAddress(30, 60),
  // From browsers that the account was never opened in, all together; and from one where it was.
  signInFromElsewhere: perAccount(20, 900),
  signInAgain: perAccount(20, 900),
  enterAsGuest: perAddress(120, 60),
  forgotPassword: perAddress(5, 60),
  resetPassword: perAddress(10, 60),
  addPicture: perAccount(60, 60),
  importProducts: perAccount(10, 60),
  testWebhook: perAccount(30, 60),
  sendAgain: perAccount(60, 60),
  place: perAccount(30, 60),
  // An encoder that lost its network tries again every few seconds; players reload.
  whip: perAddress(60, 60),
  whep: perAddress(120, 60),
  // A show's page, its window elsewhere, its card: an office comes when a show begins.
  page: perAddress(1_200, 60),
  // Drawn on demand; whoever makes cards of links keeps them.
  sharePicture: perAddress(120, 60),
  // Four requests a second of each player, and a household or an office of them.
  tape: perAddress(12_000, 60),
  quote: perAccount(120, 60),
  // Codes that are typed, and asked again with each change of the bag: a guesser tries more. Everybody of an office buys at once.
  typeCode: perAccount(60, 60),
  typeCodeFromThere: perAddress(1_200, 60),
  makeCode: perAccount(60, 60),
  // Each may be a letter to somebody who did not ask for one.
  inviteAffiliate: perAccount(30, 3_600),
  hold: perAccount(60, 10),
  // Signed, and cheap to verify; a provider's events all come from a few addresses.
  webhook: perAddress(6_000, 60),
  // Any account may plan and list, and what it plans and lists stays.
  createShow: perAccount(60, 60),
  // A whole line-up goes to every viewer; a hand that sorts one changes it once a second.
  changeShow: perAccount(120, 60),
  createProduct: perAccount(300, 60),
  // Counted at the host's row, which all who follow them share.
  follow: perAccount(60, 60),
  unfollow: perAccount(60, 60),
  // Of mail programs too, many of which come from a few addresses: whoever presses is let through.
  endLetters: perAddress(600, 60),
  // Of all programs of a merchant, also what is refused: a part of what is theirs, so that none shuts them out of their desk.
  apiKey: perAccount(300, 60),
  http: perAccount(600, 60),
  // Tokens that open nothing: an office whose sessions have ended asks this often, a guesser more.
  unknownSession: perAddress(300, 60),
  // Everybody of an office comes back at once when a process ends; nobody reconnects for sport.
  handshake: perAddress(1_200, 60),
  connect: perAccount(120, 60),
  'hold:create': perAccount(60, 10),
  // Twitch's 20 in 30 s is the known measure for people; hosts read questions out faster.
  'chat:send': perAccount(20, 10),
  'reaction:send': perAccount(60, 5),
  'report:send': perAccount(5, 60),
  'media:transport': perAccount(30, 60),
  'media:layers': perAccount(60, 10),
  // Each stays in the log, and whoever opens the replay is told of all of them.
  'product:pin': perAccount(30, 10),
  'product:unpin': perAccount(30, 10),
  'product:pull': perAccount(30, 10),
  'product:restore': perAccount(30, 10),
  'code:show': perAccount(30, 10),
  'auction:open': perAccount(30, 10),
  'auction:cancel': perAccount(30, 10),
  'auction:offer': perAccount(30, 10),
  // A thumb that goes along with each bid of a room.
  'auction:bid': perAccount(60, 10),
  'poll:open': perAccount(30, 10),
  'poll:close': perAccount(30, 10),
  'poll:answer': perAccount(30, 10),
  'giveaway:open': perAccount(30, 10),
  'giveaway:enter': perAccount(30, 10),
  'giveaway:draw': perAccount(30, 10),
  'giveaway:cancel': perAccount(30, 10),
  // A place stays a row when it is left.
  'line:join': perAccount(30, 10),
  'line:leave': perAccount(30, 10),
  'chat:pin': perAccount(30, 10),
  'chat:slow': perAccount(30, 10),
  'show:join': perAccount(60, 10),
  socket: perAccount(300, 10),
}
