import type { Sql } from './postgres.ts'

/** Whose promise is broken, and how. */
export type Found = { id: string; detail: string }
/** The same with the sentence that is not true. */
export type Finding = Found & { rule: string }

/** Things that are checked a list of ids at a time. */
export type Over = 'variants' | 'holds' | 'offers' | 'orders' | 'shows'
/** Places (after, upTo] in the series of these ids: links of a variant's chain, events of a show. */
export type Range = { ids: string[]; after: number; upTo: number }

/**
 * One promise, recomputed from rows. `ask` is one statement, so that it sees one moment of a shop that
 * may be running, and reads only what belongs to its page, so that it takes a second or so. In a range
 * it may read the row at `after`, too: what the first one follows.
 */
export type Check = {
  /** A sentence that is true in a sound shop. */
  rule: string
  /** The invariants that it shows, by the names of server/features/audit/README.md. */
  shows: string[]
} & (
  | { over: Over; ask(sql: Sql, ids: string[]): Promise<Found[]> }
  | { over: 'links' | 'events'; ask(sql: Sql, range: Range): Promise<Found[]> }
  | { over: 'everything'; ask(sql: Sql): Promise<Found[]> }
)

/** Rows of a series in one page; what has more is read in several. */
const seriesMax = 50_000
const idsMax: Record<Over, number> = {
  variants: 1_000,
  holds: 10_000,
  offers: 5_000,
  orders: 2_000,
  shows: 200,
}

/** Where the series begin: read first, so that what is appended meanwhile is not waited for. */
const heads = {
  variants: { table: 'stock', id: 'variant_id', n: 'n' },
  links: { table: 'stock', id: 'variant_id', n: 'n' },
  events: { table: 'show_heads', id: 'show_id', n: 'seq' },
} as const

/** A question to ask: one check of one page. */
export type Question = { check: Check; ask(): Promise<Found[]> }

/** Every check of everything there is, a page at a time by keyset: no snapshot stays open. */
export async function* questions(sql: Sql, checks: Check[]): AsyncGenerator<Question> {
  for (const over of ['variants', 'holds', 'offers', 'orders', 'shows'] as const) {
    const mine = checks.filter((check) => isOver(check, over))
    if (mine.length === 0) continue
    for await (const ids of pagesOf(sql, over)) {
      for (const check of mine) yield { check, ask: () => check.ask(sql, ids) }
    }
  }
  for (const over of ['links', 'events'] as const) {
    const mine = checks.filter((check) => isAlong(check, over))
    if (mine.length === 0) continue
    for await (const range of rangesOf(sql, over)) {
      for (const check of mine) yield { check, ask: () => check.ask(sql, range) }
    }
  }
  for (const check of checks) {
    if (check.over === 'everything') yield { check, ask: () => check.ask(sql) }
  }
}

const isOver = (check: Check, over: Over): check is Check & { over: Over } => check.over === over
const isAlong = (check: Check, over: string): check is Check & { over: 'links' | 'events' } =>
  check.over === over

/** Asks all of it, one after the other. */
export async function findAll(sql: Sql, checks: Check[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const { check, ask } of questions(sql, checks)) {
    findings.push(...(await ask()).map(({ id, detail }) => ({ rule: check.rule, id, detail })))
  }
  return findings
}

async function* pagesOf(sql: Sql, over: Over): AsyncGenerator<string[]> {
  if (over === 'variants') {
    for await (const { ids } of groups(sql, over)) yield ids
    return
  }
  for (let after: string | null = null; ; ) {
    const rows: { id: string }[] = await sql`
      select id from ${sql(over)} where ${after}::uuid is null or id > ${after}::uuid
      order by id limit ${idsMax[over]}`
    const last = rows.at(-1)
    if (!last) return
    yield rows.map(({ id }) => id)
    after = last.id
  }
}

async function* rangesOf(sql: Sql, over: 'links' | 'events'): AsyncGenerator<Range> {
  for await (const { ids, rows } of groups(sql, over)) {
    const [id] = ids as [string]
    for (let after = 0; ; ) {
      const upTo =
        rows <= seriesMax ? Number.MAX_SAFE_INTEGER : await boundary(sql, over, id, after)
      yield { ids, after, upTo }
      if (upTo >= rows) break
      after = upTo
    }
  }
}

/** Ids whose series make a page together; one that is longer than a page stands alone. */
async function* groups(
  sql: Sql,
  over: keyof typeof heads,
): AsyncGenerator<{ ids: string[]; rows: number }> {
  const { table, id, n } = heads[over]
  for (let after: string | null = null; ; ) {
    const rows: { id: string; n: number }[] = await sql`
      select ${sql(id)} as id, ${sql(n)}::float8 as n from ${sql(table)}
      where ${after}::uuid is null or ${sql(id)} > ${after}::uuid order by 1 limit ${idsMax.variants}`
    const group = leadingGroup(rows)
    const last = group.at(-1)
    if (!last) return
    yield { ids: group.map((row) => row.id), rows: group.reduce((all, row) => all + row.n, 0) }
    after = last.id
  }
}

function leadingGroup<R extends { n: number }>(rows: R[]): R[] {
  let sum = 0
  const group: R[] = []
  for (const row of rows) {
    sum += row.n
    if (sum > seriesMax && group.length > 0) break
    group.push(row)
  }
  return group
}

/** The end of the range after `after`: a link stands for many lines, an event for itself. */
async function boundary(sql: Sql, over: 'links' | 'events', id: string, after: number) {
  if (over === 'events') return after + seriesMax
  const [link] = await sql<{ n: number }[]>`
    select n::float8 as n from stock_chain where variant_id = ${id} and n >= ${after + seriesMax} order by n limit 1`
  return link?.n ?? Number.MAX_SAFE_INTEGER
}
