/** Every table of the app's database. Each capability declares its own beside its store. */
import type { AuditTables } from './audit/tables.ts'
import type { ConsoleTables } from './console/tables.ts'
import type { CustomerTables } from './customers/tables.ts'
import type { EventTables } from './events/log.ts'
import type { InboxTables } from './inbox/tables.ts'
import type { OutgoingTables } from './outgoing/tables.ts'
import type { PeopleTables } from './people/tables.ts'

export type AppTables = AuditTables &
  ConsoleTables &
  CustomerTables &
  OutgoingTables &
  EventTables &
  PeopleTables &
  InboxTables
