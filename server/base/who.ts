/** Who is asking, as the door found out from the session. Roles are never part of it: they are read when a verb commits. */
export type Who = {
  accountId: string
  sessionId: string
  kind: 'guest' | 'account' | 'admin'
  displayName: string
  /** Address of the connection, for limits and for bans of guests. */
  address: string
}
