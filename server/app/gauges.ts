import type { Gateway } from '../realtime/gateway.ts'
import type { Rooms } from './rooms.ts'

/** What /metrics tells besides the process's own numbers. */
export function gaugesOf({ audience, inventory, media }: Rooms, { counts }: Gateway) {
  const stat = (
    help: string,
    key: Exclude<keyof ReturnType<typeof media.stats>, 'workerCpuMs'>,
  ) => ({
    help,
    read: () => media.stats()[key],
  })
  return {
    vitrine_sockets: { help: 'Open sockets', read: () => counts.connected },
    vitrine_commands_total: { help: 'Socket commands heard', read: () => counts.commands },
    vitrine_commands_refused_total: { help: 'Socket commands refused', read: () => counts.refused },
    vitrine_rooms: {
      help: 'Shows with viewers on this process',
      read: () => audience.rooms().length,
    },
    vitrine_viewers_behind: {
      help: 'Viewers who have not taken all that was written to them',
      read: () => audience.unread().viewers,
    },
    vitrine_unread_bytes: {
      help: 'Bytes that wait in this process for viewers who do not take them',
      read: () => audience.unread().bytes,
    },
    vitrine_holds_waiting: {
      help: 'Hold requests that wait for a batch',
      read: () => inventory.waiting(),
    },
    vitrine_media_workers: stat('Media workers that run', 'workers'),
    vitrine_media_worker_deaths_total: stat('Media workers that died', 'workerDeaths'),
    vitrine_media_routers: stat('Routers', 'routers'),
    vitrine_media_transports: stat('WebRTC transports', 'transports'),
    vitrine_media_producers: stat('Producers', 'producers'),
    vitrine_media_consumers: stat('Consumers', 'consumers'),
    vitrine_media_viewers: stat('Viewers of pictures', 'viewers'),
    vitrine_media_viewers_max: stat('Viewers of pictures at most', 'viewersMax'),
    vitrine_media_viewers_refused_total: stat('Viewers turned away, full', 'viewersRefused'),
    vitrine_media_pipes_in: stat('Shows that come in from other nodes', 'pipesIn'),
    vitrine_media_pipes_out: stat('Pipes to other nodes', 'pipesOut'),
    vitrine_media_sent_bytes_total: stat('Bytes sent to viewers', 'bytesSent'),
    vitrine_media_received_bytes_total: stat('Bytes received from hosts', 'bytesReceived'),
    vitrine_media_lost_packets_total: stat('Packets lost on the way in', 'packetsLost'),
  }
}
