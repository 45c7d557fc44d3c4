import { type Minutes, muteMinutes, type Shelf, variantsIn } from './shelf.ts'
import { host, lineups, moderator, type Step } from './steps.ts'

type Act = Extract<Step, { do: 'mute' | 'unmute' | 'ban' | 'unban' }>

/** Who may do what in which show, and who may not speak or be there. */
export class Staff {
  readonly sanctions = new Map<string, Minutes>()
  readonly moderated = new Set<number>(lineups.keys())
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  roleOf(show: number, who: number): 'host' | 'moderator' | 'viewer' {
    if (who === host) return 'host'
    return who === moderator && this.moderated.has(show) ? 'moderator' : 'viewer'
  }

  isStaff(show: number, who: number): boolean {
    return this.roleOf(show, who) !== 'viewer'
  }

  isBanned(show: number, who: number): boolean {
    return this.sanctions.has(`ban ${show} ${who}`)
  }

  isMuted(show: number, who: number): boolean {
    return (this.sanctions.get(`mute ${show} ${who}`) ?? 0) > this.#shelf.now
  }

  say(who: number, show: number): string {
    if (this.isBanned(show, who)) return 'BANNED'
    if (this.isMuted(show, who)) return 'MUTED'
    const shelf = this.#shelf
    shelf.tell(show, `chat.sent ${who}`)
    const seq = shelf.written.reduce((sum, { facts }) => sum + (facts[show]?.length ?? 0), 1)
    return `said at ${seq}`
  }

  act({ do: verb, who, show, target }: Act): string {
    if (!this.isStaff(show, who)) return 'FORBIDDEN'
    const [mine, theirs] = [this.roleOf(show, who), this.roleOf(show, target)]
    const isAbove = theirs === 'host' || (theirs === 'moderator' && mine === 'moderator')
    if (target === who || isAbove) return 'FORBIDDEN'
    const shelf = this.#shelf
    const kind = verb.endsWith('mute') ? 'mute' : 'ban'
    const place = `${kind} ${show} ${target}`
    if (verb === 'mute') {
      this.sanctions.set(place, shelf.now + muteMinutes)
      shelf.tell(show, `viewer.muted ${target}`)
    } else if (verb === 'ban') {
      if (!this.sanctions.has(place)) this.#ban(show, target)
    } else {
      const until = this.sanctions.get(place)
      this.sanctions.delete(place)
      if (until !== undefined && until > shelf.now)
        shelf.tell(show, `viewer.${kind === 'mute' ? 'unmuted' : 'unbanned'} ${target}`)
    }
    return 'ok'
  }

  /** What this person holds goes back on the shelf; what is in an order stays payable. */
  #ban(show: number, target: number): void {
    const shelf = this.#shelf
    this.sanctions.set(`ban ${show} ${target}`, Infinity)
    const mine = shelf.holds.filter(
      (h) => h.buyer === target && h.show === show && h.state === 'active',
    )
    shelf.crossing(variantsIn(mine), () => shelf.end(mine, 'released'))
    shelf.tell(show, `viewer.banned ${target}`)
    if (target === moderator && this.moderated.delete(show))
      shelf.tell(show, `staff.changed ${target}`)
  }
}
