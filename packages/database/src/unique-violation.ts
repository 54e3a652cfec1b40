/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, https://www.sqlite.org/rescode.html */
const sqliteUnique = new Set([2067, 1555])
/** unique_violation, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const postgresUnique = '23505'

/**
 * Whether an error says that a unique constraint refused a row.
 *
 * @example
 * try { await insert() } catch (error) { if (isUniqueViolation(error)) return existing(); throw error }
 */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { errcode, code } = error as { errcode?: number; code?: string }
  return (errcode !== undefined && sqliteUnique.has(errcode)) || code === postgresUnique
}
