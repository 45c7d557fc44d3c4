import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { CsvError, parse } from 'csv-parse'
import { invalid, Refusal } from '../../../base/refusal.ts'

/** Rows of one file below its header: more belongs into several files, each with a report one can read. */
export const rowsMax = 10_000
/** Characters of one row: a page of HTML. An unclosed quote is noticed by then. */
const rowCharactersMax = 100_000
/** Parsed in one turn of the loop: a few milliseconds. */
const pieceCharacters = 64 * 1024

/** The columns that we read, by the names that both generations of Shopify's file have for them. */
const names = {
  handle: ['handle', 'url handle'],
  title: ['title'],
  description: ['body (html)', 'body html', 'description'],
  status: ['status'],
  published: ['published', 'published on online store'],
  sku: ['variant sku', 'sku'],
  price: ['variant price', 'price'],
  quantity: ['variant inventory qty', 'inventory quantity'],
  image: ['image src', 'product image url'],
  option1: ['option1 value'],
  option2: ['option2 value'],
  option3: ['option3 value'],
} as const
export type Column = keyof typeof names

/** One row as a spreadsheet numbers it: the header is row 1. */
export type Row = {
  number: number
  /** Whether the file has the column at all. */
  has(column: Column): boolean
  /** Without white space around it; '' where there is nothing. */
  get(column: Column): string
  /** The column by the file's own name, as a JSON pointer. */
  pointer(column: Column): string
}

/**
 * The rows of a CSV file, as they are read. Refuses a file that cannot be read as a whole: another
 * encoding, no Title column, a quote that is never closed, too many rows.
 */
export async function* readRows(text: string): AsyncGenerator<Row> {
  mustBeUtf8(text)
  mustHaveLines(text)
  const parser = Readable.from(pieces(text)).pipe(
    parse({
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      max_record_size: rowCharactersMax,
    }),
  )
  try {
    let number = 0
    let header: Header | undefined
    for await (const cells of parser as AsyncIterable<string[]>) {
      number += 1
      if (!header) {
        header = readHeader(cells)
        continue
      }
      if (number > rowsMax + 1) {
        const detail = `A file has at most ${rowsMax} rows. Send it in parts.`
        throw new Refusal('PAYLOAD_TOO_LARGE', detail)
      }
      if (cells.some((cell) => cell.trim() !== '')) yield rowOf(header, cells, number)
    }
    if (!header) throw invalid('/', 'The file is empty.')
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = 'lines' in error ? Number(error.lines) : undefined
    throw unreadable(line, sentences[error.code as keyof typeof sentences])
  }
}

/** The loop turns between pieces, so a large file holds up nobody else. */
async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += pieceCharacters) {
    yield text.slice(at, at + pieceCharacters)
    await turn()
  }
}

function mustBeUtf8(text: string): void {
  // What the bytes of UTF-16 look like to somebody who reads UTF-8.
  if (text.startsWith('\uFFFD\uFFFD') || text.slice(0, 1_000).includes('\0')) {
    throw invalid('/', 'The file is UTF-16. Save it as “CSV UTF-8” and send it again.')
  }
}

/** The parser counts no commas: a line of five million of them is five million cells, in one turn. */
function mustHaveLines(text: string): void {
  const lineBreak = text.includes('\n') ? '\n' : '\r'
  let from = 0
  for (let line = 1; from < text.length; line += 1) {
    const found = text.indexOf(lineBreak, from)
    const end = found === -1 ? text.length : found
    if (end - from > rowCharactersMax) throw unreadable(line, sentences.CSV_MAX_RECORD_SIZE)
    from = end + 1
  }
}

/** Spreadsheets of half of Europe write semicolons. */
function delimiterOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/))
  return first.split(';').length > first.split(',').length ? ';' : ','
}

type Header = Map<Column, { index: number; name: string }>

function readHeader(cells: string[]): Header {
  const header: Header = new Map()
  const lower = cells.map((cell) => cell.trim().toLowerCase())
  for (const [column, known] of Object.entries(names) as [Column, readonly string[]][]) {
    const index = lower.findIndex((name) => known.includes(name))
    if (index !== -1) header.set(column, { index, name: cells[index]?.trim() ?? '' })
  }
  if (!header.has('title')) {
    throw invalid('/Title', 'There is no column Title. Is this a product file of Shopify?')
  }
  return header
}

function rowOf(header: Header, cells: string[], number: number): Row {
  return {
    number,
    has: (column) => header.has(column),
    get: (column) => {
      const found = header.get(column)
      return found ? (cells[found.index] ?? '').trim() : ''
    },
    pointer: (column) => {
      const name = header.get(column)?.name ?? names[column][0]
      return `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
    },
  }
}

const sentences = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quote is followed by something that is no comma',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a cell that has none around it',
  CSV_MAX_RECORD_SIZE: `a row has more than ${rowCharactersMax} characters; perhaps a quote is never closed`,
}

function unreadable(line: number | undefined, why = 'it is not CSV'): Refusal {
  const near = line === undefined ? '' : ` near line ${line}`
  return invalid('/', `The file cannot be read${near}: ${why}. Nothing was imported.`)
}
