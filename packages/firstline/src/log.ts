import pino, { type Logger } from 'pino'

/** JSON lines on standard error, so that standard output holds only what is said to a person. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  )
}
