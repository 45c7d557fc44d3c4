import type { Room } from '../api/room.ts'
import { Giveaway } from './giveaway.tsx'
import { ShownCode } from './shown-code.tsx'
import { ShownPoll } from './shown-poll.tsx'
import type { Visit } from './visit.ts'
import './plates.css'

type Props = { visit: Visit; room: Room; replay: boolean; offline: boolean }

/** What the host puts before the room besides the ticket: paper beside it, never on top. In a replay nothing is open. */
export function Plates({ visit, room, replay, offline }: Props) {
  return (
    <div class="plates">
      <ShownCode visit={visit} room={room} />
      {!replay && <Giveaway visit={visit} room={room} offline={offline} />}
      {!replay && <ShownPoll visit={visit} room={room} />}
    </div>
  )
}
