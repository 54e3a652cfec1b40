/** Every table of the app's database. Each capability declares its own beside its store. */
import type { EventTables } from './events/log.ts'

export type AppTables = EventTables
