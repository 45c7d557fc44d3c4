import type { Room } from '../api/room.ts'
import { ShownCode } from './shown-code.tsx'
import { ShownPoll } from './shown-poll.tsx'
import type { Visit } from './visit.ts'
import './plates.css'

type Props = { visit: Visit; room: Room; replay: boolean }

/** What the host puts before the room besides the ticket: paper beside it, never on top. In a replay nothing is open. */
export function Plates({ visit, room, replay }: Props) {
  return (
    <div class="plates">
      <ShownCode visit={visit} room={room} />
      {!replay && <ShownPoll visit={visit} room={room} />}
    </div>
  )
}
