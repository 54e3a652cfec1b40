import { traceId } from '@firstline/app'
import pino, { type Logger } from 'pino'

/**
 * JSON lines on standard error, so that standard output holds only what is said to a person. What belongs to a trace
 * says to which.
 */
export function createLog(level: string): Logger {
  const mixin = () => {
    const id = traceId()
    return id ? { traceId: id } : {}
  }
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin },
    pino.destination({ dest: 2, sync: false }),
  )
}
