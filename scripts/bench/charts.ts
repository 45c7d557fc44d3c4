/** Where the line of a chart stands: so many times what a peer reached, or a figure by itself. */
type Line = { peer: string; times: number } | { at: number }

export type Chart = {
  path: string
  title: string
  metric: string
  /** Bars of other sides than these are left out. */
  who?: readonly string[]
  line?: Line
  lowerIsBetter?: true
}

/** What `npm run bench report` draws, of results that are there. */
export const charts: readonly Chart[] = [
  {
    path: 'fanout',
    title: 'One urgent event at a time: deliveries a CPU-second',
    metric: '30 pins/s: deliveries',
    line: { peer: 'Socket.IO', times: 1.6 },
  },
  {
    path: 'busy',
    title: '200 messages a second to a full room: deliveries a CPU-second',
    metric: '200 messages/s: deliveries',
    line: { at: 1_000_000 },
  },
  {
    path: 'crowd',
    title: 'A viewer who only watches: memory',
    metric: 'memory',
    line: { peer: 'Socket.IO', times: 0.6 },
    lowerIsBetter: true,
  },
  {
    path: 'storm',
    title: 'One of 5,000 who come at once: CPU of a join',
    metric: 'a join: CPU',
    line: { peer: 'Socket.IO with state', times: 1.15 },
    lowerIsBetter: true,
  },
  {
    path: 'stalled',
    title: '200 messages a second: p99 of those who read',
    metric: 'p99 of the others',
    line: { peer: 'ours, all read', times: 1.05 },
    lowerIsBetter: true,
  },
  {
    path: 'drop',
    title: 'A drop of one variant: holds decided a second',
    metric: '1 variant: rate',
    who: [
      'ours',
      'Lua, AOF always',
      'Lua, AOF everysec',
      'one call per hold',
      'row lock',
      'SKIP LOCKED units',
      'Medusa',
    ],
    line: { peer: 'Lua, AOF always', times: 1.4 },
  },
  {
    path: 'drop',
    title: 'A drop of fifty variants: holds decided a second',
    metric: '50 variants: rate',
    line: { peer: 'Lua, AOF always', times: 1.2 },
  },
  {
    path: 'press',
    title: 'Presses by HTTP, answered a second',
    metric: 'HTTP: rate',
    line: { peer: 'null Fastify', times: 0.8 },
  },
  {
    path: 'press',
    title: '5,000 sockets press within a second: ms to the verdict, p99',
    metric: 'within a second: p99',
    lowerIsBetter: true,
    line: { at: 250 },
  },
  {
    path: 'checkout',
    title: 'Orders of fifty variants placed a second',
    metric: '50 variants: rate',
    line: { peer: 'Drizzle transaction', times: 25 },
  },
  {
    path: 'checkout',
    title: 'Orders of one variant placed a second',
    metric: '1 variant: rate',
    line: { peer: 'one statement', times: 12 },
  },
  {
    path: 'media',
    title: '200 viewers with SRTP: viewers that a core of the media workers carries',
    metric: '200 viewers: viewers a core',
    line: { peer: 'bare mediasoup', times: 0.97 },
  },
  {
    path: 'media',
    title: '400 viewers with SRTP: viewers that a core of the media workers carries',
    metric: '400 viewers: viewers a core',
    line: { peer: 'bare mediasoup', times: 0.97 },
  },
  {
    path: 'join',
    title: 'One viewer joins: from the click to the first packet',
    metric: 'one alone: to the first packet, p50',
    line: { peer: 'bare mediasoup', times: 1.2 },
    lowerIsBetter: true,
  },
  {
    path: 'glass',
    title: 'From the camera to the screen, beside 200 viewers: p50',
    metric: 'beside 200 viewers: glass to glass, p50',
    line: { at: 40 },
    lowerIsBetter: true,
  },
  {
    path: 'start',
    title: 'A web process that does nothing: memory',
    metric: 'idle: memory of the web process',
    line: { at: 150 },
    lowerIsBetter: true,
  },
  {
    path: 'start',
    title: 'npm start for the second time: until it is ready',
    metric: 'second npm start: ready',
    line: { at: 5 },
    lowerIsBetter: true,
  },
]
