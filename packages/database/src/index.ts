export { copySqlite } from './copying.ts'
export { type Database, type DatabaseLocation, openDatabase } from './database.ts'
export { isUniqueViolation } from './unique-violation.ts'
