import pg from 'pg'

/**
 * The database cannot be reached, or the connection broke. What was asked last may or may not have been done;
 * asking again later can help.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'

  constructor(cause: unknown) {
    super(`the database does not answer: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/**
 * Connection exceptions, a rollback that lets others pass, no resources, an operator's intervention; and the standby
 * that was the primary a moment ago: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passing = /^(08|40|53|57|25006$)/

/** Whether an error of the driver says that the server is not there, rather than what it thinks of a statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof TypeError) return false
  // What the server did not say comes from the connection.
  if (!(error instanceof pg.DatabaseError)) return true
  return error.severity === 'FATAL' || error.severity === 'PANIC' || passing.test(error.code ?? '')
}
