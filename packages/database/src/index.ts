export { copySqlite } from './copying.ts'
export { type Database, type DatabaseLocation, openDatabase } from './database.ts'
export { DatabaseUnavailableError } from './unavailable.ts'
export { isUniqueViolation } from './unique-violation.ts'
