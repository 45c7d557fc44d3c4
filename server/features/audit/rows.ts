import type { Sql } from '../../store/postgres.ts'
import type { AuditFile } from './files.ts'

/** Rows of one statement: some megabytes at most. */
const pageMax = 5_000

type Row = { line: string; key: string[] }
/** Ids of series and the place up to which each is wanted. */
export type Heads = { ids: string[]; upTo: string[] }

/** The lines of a file in its order, a page at a time by keyset. With heads: of these series, up to them. */
export async function* linesOf(
  sql: Sql,
  file: AuditFile,
  heads?: Heads,
): AsyncGenerator<string[], void> {
  let after: string[] | undefined
  for (;;) {
    const rows = await page(sql, file, heads, after)
    const last = rows.at(-1)
    if (!last) return
    yield rows.map(({ line }) => line)
    after = last.key
  }
}

/** The lines of heads, each page with the ids and places that its series are read up to. */
export async function* headsOf(
  sql: Sql,
  file: AuditFile,
  upTo: string,
): AsyncGenerator<{ lines: string[]; heads: Heads }, void> {
  let after: string[] | undefined
  for (;;) {
    const rows = await page(
      sql,
      { ...file, order: [...file.order, [upTo, 'bigint']] },
      undefined,
      after,
    )
    const last = rows.at(-1)
    if (!last) return
    const heads = {
      ids: rows.map(({ key }) => key[0] as string),
      upTo: rows.map(({ key }) => key[1] as string),
    }
    yield { lines: rows.map(({ line }) => line), heads }
    after = last.key
  }
}

/** The statement is made of the names in files.ts alone; what varies are its parameters. */
async function page(
  sql: Sql,
  { from, where, order, fields }: AuditFile,
  heads: Heads | undefined,
  after: string[] | undefined,
): Promise<Row[]> {
  const given: unknown[] = []
  const parameter = (value: unknown, type: string) => `$${given.push(value)}::${type}`
  const keys = order.map(([expression]) => expression)
  const conditions = where === undefined ? [] : [where]
  let source = from
  if (heads) {
    source = `unnest(${parameter(heads.ids, 'uuid[]')}, ${parameter(heads.upTo, 'bigint[]')}) h(id, up_to), ${from}`
    conditions.push(`${keys[0]} = h.id and ${keys[1]} <= h.up_to`)
  }
  if (after) {
    const places = order.map(([, type], i) => parameter(after[i], type))
    conditions.push(`(${keys.join(', ')}) > (${places.join(', ')})`)
  }
  const pairs = Object.entries(fields).map(([name, expression]) => `'${name}', ${expression}`)
  const rows = await sql.unsafe<{ line: string; key: string[] }[]>(
    `select json_build_object(${pairs.join(', ')})::text as line, array[${keys.map((key) => `${key}::text`).join(', ')}] as key
      from ${source} ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by ${keys.join(', ')} limit ${pageMax}`,
    given as never[],
  )
  return rows
}
