/** Every migration of the app's database, in order of its name. A published one never changes. */
import { auditMigrations } from './audit/migrations.ts'
import { consoleMigrations } from './console/migrations.ts'
import { customerMigrations } from './customers/migrations.ts'
import { eventMigrations } from './events/migrations.ts'
import { inboxMigrations } from './inbox/migrations.ts'
import { outgoingMigrations } from './outgoing/migrations.ts'
import { peopleMigrations } from './people/migrations.ts'

export const migrations = {
  ...consoleMigrations,
  ...customerMigrations,
  ...outgoingMigrations,
  ...eventMigrations,
  ...peopleMigrations,
  ...inboxMigrations,
  ...auditMigrations,
}
