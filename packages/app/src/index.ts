export type { AppOptions } from './context.ts'
export { migrations } from './migrations.ts'
export type { AppTables } from './tables.ts'
