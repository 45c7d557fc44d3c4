import { setTimeout as wait } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import type { Logger } from '../base/log.ts'
import type { Sql } from '../store/postgres.ts'
import type { RedisFloor } from '../store/redis.ts'

/**
 * A piece of later work: takes what is due from its rows. Safe on several nodes and when run twice. It comes
 * round after a time, or when Postgres says that it is due: SQL that is true then. `now()` in it, never
 * `clock_timestamp()`: that changes during a query, so no index finds what is due by it.
 */
export type Job = TimedJob | DueJob
type TimedJob = { name: string; everyMs: number; run(): Promise<unknown> }
type DueJob = { name: string; due: string; run(): Promise<unknown> }

type Needs = { jobs: Job[]; sql: Sql; redis: RedisFloor; log: Logger }

/** Whether anything is due is asked this often. */
const lookMs = 1_000
/** A worker that is at work may finish for this long. */
const closeMs = 2_000
/** A wake-up that Redis does not take in this time is not needed any more: the sweeper was there. */
const wakeMs = 1_000
/** Redis says nothing for longer than BullMQ lets it wait for work: nobody is there. */
const silentMs = 20_000
/** BullMQ stops listening as soon as it lets go: a line that never answers must not be given time to fail. */
const letGoMs = 100

const queueName = 'vitrine-due'
/** The braces keep the queue's keys together on one node of a cluster. */
const prefix = '{vitrine}'

/**
 * Sweeps the rows that are due. The rows are the truth: each node looks by itself, so nothing waits
 * for Redis. BullMQ only wakes somebody sooner (`wake`): lose all of it and work is late, not lost.
 */
export function startJobs({ jobs, sql, redis, log }: Needs) {
  const runners = new Map(jobs.map((job) => [job.name, runner(job, log)]))
  const look = runner({ name: 'what is due', everyMs: lookMs, run: runDue }, log)
  const patient = {
    maxRetriesPerRequest: null,
    socketTimeout: silentMs,
    disconnectTimeout: letGoMs,
  }
  const asking = redis.connection({
    ...patient,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: wakeMs,
  })
  const waiting = redis.connection(patient)
  const queue = new Queue(queueName, {
    prefix,
    connection: asking,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 100, attempts: 1 },
  })
  const worker = new Worker(
    queueName,
    async ({ name }) => {
      await runners.get(name)?.now()
    },
    { prefix, connection: waiting, concurrency: 4 },
  )
  // Redis being away is told once, by the floor.
  queue.on('error', () => undefined)
  worker.on('error', () => undefined)

  async function runDue(): Promise<void> {
    const waiting = jobs.filter((job) => 'due' in job)
    // Where rows of one cannot be read the others have their turn all the same: each looks for itself.
    const names = await dueNow(sql, waiting).catch((err: unknown) => {
      log.warn({ err }, 'cannot ask what is due; each job looks for itself')
      return waiting.map(({ name }) => name)
    })
    // One that takes long keeps no other waiting.
    for (const name of names) void runners.get(name)?.now()
  }

  return {
    /** Row `id` of this job is due now: an intention that stands in Postgres already. */
    wake(name: string, id: string): void {
      queue.add(name, {}, { jobId: `${name}-${id}` }).catch(() => {
        // The sweeper finds the row.
      })
    },
    async close(): Promise<void> {
      const all = [look, ...runners.values()]
      for (const { stop } of all) stop()
      await look.idle()
      await Promise.all(all.map(({ idle }) => idle()))
      const closing = Promise.allSettled([worker.close(!redis.isUp()), queue.close()])
      // BullMQ waits for a Redis that may never come: nothing is lost by not waiting with it.
      await Promise.race([closing, wait(closeMs, undefined, { ref: false })])
      // BullMQ closes the connections that it made; a cluster is ours.
      for (const one of [asking, waiting]) if ('disconnect' in one) one.disconnect()
    },
  }
}

/**
 * One question for all: asked by a question each, a house in which nothing happens took 4.3 ms of Postgres a
 * second and not 3.4 (interleaved).
 */
async function dueNow(sql: Sql, jobs: DueJob[]): Promise<string[]> {
  const each = jobs.map(({ name, due }) => `case when ${due} then '${name}' end`)
  const question = `select array_remove(array[${each.join(', ')}], null) as due`
  const [row] = await sql.unsafe<{ due: string[] }[]>(question, [], { prepare: true })
  return row?.due ?? []
}

/** Runs one job again and again, never twice at once; a failure is told and tried again. */
function runner(job: Job, log: Logger) {
  let stopped = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function once(): Promise<void> {
    try {
      await job.run()
    } catch (err) {
      log.warn({ err, job: job.name }, 'a job failed; it will be tried again')
    }
  }

  function now(): Promise<void> {
    running ??= once().finally(() => {
      running = undefined
    })
    return running
  }

  function plan(): void {
    if (stopped || !('everyMs' in job)) return
    timer = setTimeout(() => void now().then(plan), job.everyMs)
    timer.unref()
  }

  plan()
  return {
    now,
    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
    idle: () => running ?? Promise.resolve(),
  }
}
