/** Every bound of the tapes, each with its unit and why that number. */
export const limits = {
  /** Tapes of one process: one costs a twentieth of a core, and a whole one where it must encode. */
  tapesMax: 16,
  /** The host is asked for a key frame this often, so that segments can begin: two seconds, as OBS. */
  keyFrameMs: 2_000,
  /** Until the first one came it is asked for more often. */
  firstKeyFrameMs: 500,
  /** A key frame that comes sooner than this after a segment's begin does not end it. */
  segmentMinS: 1.5,
  /** A segment without a key frame is cut here all the same: it may not round to more than 3 s. */
  segmentMaxS: 3.4,
  /** What EXT-X-TARGETDURATION says, s. */
  targetS: 3,
  /** A part of a segment, for players that want to be near: about this long. */
  partS: 0.5,
  /** Parts of a segment that one may ask for: far more than there are in the longest. */
  partsMax: 64,
  /** What EXT-X-PART-INF says: a part and one frame of a slow camera. */
  partTargetS: 0.6,
  /** Segments that the live playlist names. */
  windowSegments: 6,
  /** Segments that are still there for who has an old playlist. */
  graceSegments: 4,
  /** Of so many newest segments the parts are told too. */
  partedSegments: 3,
  /** A request for what is just being made waits so long at most, ms. */
  waitMs: 4_000,
  /** A producer that comes alone is often followed by the other kind: wait, ms. */
  settleMs: 300,
  /** The program gives up when nothing came for so long, s: also its leash when we are gone. */
  programSilenceS: 5,
  /** It has so long to write what it still has, ms. */
  programEndMs: 2_000,
  /** Pauses before the next try after the program failed, ms. */
  restartMs: [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000],
  /** A run of this length makes the next failure a first one, ms. */
  stableMs: 10_000,
  /** Lines of the program's complaints that are kept for the log. */
  complaintsMax: 20,
} as const
