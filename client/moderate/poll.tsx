import { useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { PollSheet, PollStrip } from '../studio/lineup/poll.tsx'
import { d } from '../studio/lineup/words-poll.ts'
import { Button } from '../ui/button.tsx'

type Props = { showId: string; room: Room }

/** A question to the room, asked and closed as in the studio. */
export function Poll({ showId, room }: Props) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <header class="rule">
        <h2>{d('open')}</h2>
        <Button
          kind="quiet-btn"
          size="desk"
          icon="question"
          class="push"
          aria-label={d('open.label')}
          onClick={() => setAsking(true)}
        >
          {d('title')}
        </Button>
      </header>
      <PollStrip showId={showId} room={room} />
      {asking && <PollSheet showId={showId} onClose={() => setAsking(false)} />}
    </>
  )
}
