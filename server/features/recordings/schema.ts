import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea } from '../../store/columns.ts'

/** What is known of a show's recording. No row: nobody has said anything, nothing was recorded. */
export const recordings = pgTable(
  'recordings',
  {
    showId: uuid('show_id').primaryKey(),
    state: text('state', {
      enum: ['none', 'recording', 'finishing', 'ready', 'deleted'],
    }).notNull(),
    /** The host's choice for this show. */
    record: boolean('record').notNull().default(true),
    hidden: boolean('hidden').notNull().default(false),
    problem: text('problem'),
    cutStartMs: integer('cut_start_ms'),
    cutEndMs: integer('cut_end_ms'),
    changedAt: at('changed_at').notNull(),
  },
  (t) => [
    index('recordings_state').on(t.state),
    // What a replay may not have been told of yet.
    index('recordings_changed').on(t.changedAt),
  ],
)

/** What a player must have before the segments from `n` on. */
export const recordingSections = pgTable(
  'recording_sections',
  {
    showId: uuid('show_id').notNull(),
    n: integer('n').notNull(),
    init: bytea('init').notNull(),
  },
  (t) => [primaryKey({ columns: [t.showId, t.n] })],
)

/** One file each. Their rows are the recording: a file without one was never finished. */
export const recordingSegments = pgTable(
  'recording_segments',
  {
    showId: uuid('show_id').notNull(),
    n: integer('n').notNull(),
    section: integer('section').notNull(),
    /** Wall clock of its first frame. */
    at: at('at').notNull(),
    durationMs: doublePrecision('duration_ms').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** Which disk it is on (a name that the disk itself carries), or `s3`. */
    place: text('place').notNull(),
    /** Seen to be whole where it belongs, after the show. */
    settled: boolean('settled').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.showId, t.n] })],
)
