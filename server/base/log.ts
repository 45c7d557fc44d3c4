import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines. What could hold a secret or an address is cut out by name; request bodies, chat and
 * SQL parameters are never handed in. `error` means that somebody should get up.
 */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
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
        'err.parameters',
        'err.args',
        'err.query',
        'err.cause.parameters',
        'err.cause.args',
        'err.cause.query',
      ],
      remove: true,
    },
  })
}
