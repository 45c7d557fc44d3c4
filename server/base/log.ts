import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines. What could hold a secret or an address is cut out by name; request bodies, chat and
 * SQL parameters are never handed in. `error` means that somebody should get up.
 */
export function createLog(level: string, to?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => toldError(error) },
    redact: {
      paths: [
        'authorization',
        'cookie',
        'token',
        'password',
        'email',
        '*.authorization',
        '*.cookie',
        '*.token',
        '*.password',
        '*.email',
        'req.headers',
      ],
      remove: true,
    },
  }
  return to ? pino(options, to) : pino(options)
}

/** Fields of errors that say what went wrong, never with whose data. */
const tellingFields = [
  'code',
  'status',
  'outcome',
  'errno',
  'syscall',
  'severity',
  'routine',
  'table_name',
  'column_name',
  'constraint_name',
] as const
/** Longer chains of causes tell nothing new. */
const causesMax = 5

/**
 * An error by what is known to be harmless of it. Libraries hang everything on theirs: a failed query
 * has its parameters in its message, its stack and fields of its own, and they are addresses,
 * password hashes and links that open accounts.
 */
function toldError(error: unknown, depth = 0): object | undefined {
  if (error === undefined || error === null || depth === causesMax) return undefined
  if (!(error instanceof Error)) return { type: typeof error }
  const fields = error as Error & Partial<Record<(typeof tellingFields)[number], unknown>>
  const known = tellingFields.filter((name) => fields[name] !== undefined)
  const cause = toldError(error.cause, depth + 1)
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: withoutParameters(error.message),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...Object.fromEntries(known.map((name) => [name, fields[name]])),
    ...(cause && { cause }),
  }
}

/** Drizzle: "Failed query: …\nparams: …". */
function withoutParameters(message: string): string {
  return message.replace(/\nparams: .*$/s, '')
}
