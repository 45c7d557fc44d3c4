/** Every bound of the media room, each with its unit and why that number. */
export const limits = {
  /** Open transports of one account on this process: a host's own two, and a handful of tabs. */
  transportsPerAccount: 12,
  /** Sound and picture, and both again while a new publish replaces the old one. */
  producersPerAccount: 4,
  /** Sound and picture for each transport that an account may have. */
  consumersPerAccount: 24,
  /** Recv transports on one worker before new viewers go to another: half of what a core carries. */
  viewersPerWorker: 250,
  /** A transport that never connects is closed after this; the promise is 30 s. */
  idleTransportMs: 25_000,
  /** A connected transport that lost its network may come back by ICE restart for so long. */
  lostTransportMs: 15_000,
  /** No packet of the picture for this long is silence: WIRE, States. */
  silentMs: 3_000,
  /** How often the pictures are looked at: silence is told at most this late. */
  watchMs: 500,
  /** A verb answers within this; longer than the probe needs to give up on a stuck worker. */
  verbMs: 4_500,
  /** A worker is asked for a sign of life this often, and counts as dead after so many unanswered. */
  probeMs: 500,
  probeMisses: 4,
  /** A verb waits so long for a worker that is just coming back before it says UNAVAILABLE. */
  workerWaitMs: 2_500,
  /** A worker's process has so long to say that it runs. */
  workerStartMs: 10_000,
  /** Deaths closer together than this make the pause before the next start longer. */
  stableMs: 10_000,
  /** Starts after a death are at least this far apart, over all workers of the process. */
  restartSpacingMs: 1_100,
  restartPauseMaxMs: 30_000,
  /** ICE consent of browsers, seconds: how long a host's ghost lives (the smallest that the worker takes). */
  iceConsentS: 10,
  /** Who came by an offer is gone when nothing came from there for so long: libnice speaks each 25 s. */
  plainSilentMs: 40_000,
  /** The sender is asked for a key frame at most this often per layer, however many viewers join. */
  keyFrameRequestMs: 500,
  /** What one publisher may send, bits a second: three layers of 1080p and sound. */
  publishBitrateMax: 8_000_000,
  /** Where the estimate for a new viewer starts, so that the first picture is a good one. */
  watchBitrateStart: 1_000_000,
  /** Two nodes that share a stream speak once in this time, and each counts what it misses. */
  pipeBeatMs: 1_000,
  /** An origin that left so many looks unanswered is gone: its own edge asks elsewhere. */
  pipeMisses: 2,
  /** An edge that has said nothing for this long is gone: its pipe is closed. */
  outletSilentMs: 8_000,
  /** Nobody watches here: after this nothing is sent any more, and reloads are over by then. */
  pipePauseMs: 5_000,
  /** After this the pipe is closed. */
  pipeDropMs: 30_000,
  /** The picture arrives at the origin, and nothing here, for so long: the way between is broken. */
  pipeDryMs: 3_000,
  /** A lost stream is looked for this often, so many times: longer than a host needs to come back. */
  seekMs: 500,
  seekRounds: 40,
  /** Pipes that leave this node: a bound for what edges may ask, above any real number. */
  outletsMax: 2_000,
  /** Viewers that this process takes; the next one is told that it is full. */
  viewersMax: 1_000_000,
  /** Who was told that it is full may ask again after this. */
  fullMs: 10_000,
  /** TURN credentials last one long show. */
  turnMs: 6 * 3_600_000,
  /** Each transport's byte counters are read once in this time, as often as metrics are. */
  gaugeMs: 15_000,
  /** Or less often: at most so many a second, going round, because each is a message to a worker and its answer. */
  gaugedPerSecond: 40,
} as const

export type Limits = { readonly [K in keyof typeof limits]: number }

/** How often one peer may do what costs others something: `burst` at once, then one per `everyMs`. */
export const rates = {
  /** A slider or a resized window, not a storm of key frames at the host. */
  layers: { burst: 20, everyMs: 500 },
  restartIce: { burst: 5, everyMs: 5_000 },
  openTransport: { burst: 30, everyMs: 1_000 },
} as const
