/** Who is asking, as the door found out from the session. Roles are never part of it: they are read when a verb commits. */
export type Who = {
  accountId: string
  sessionId: string
  kind: 'guest' | 'account' | 'admin'
  displayName: string
  /** Address of the connection, for limits and for bans of guests. */
  address: string
}

/** Who comes without a name is a guest of an address: a ban of guests from there covers them. */
export const nobodyAt = (address: string): Who => ({
  accountId: '00000000-0000-0000-0000-000000000000',
  sessionId: '',
  kind: 'guest',
  displayName: '',
  address,
})
