import { openDatabase } from '@firstline/database'
import { type AccountTables, loadAccount } from '../account.ts'
import type { Configuration } from '../configuration.ts'
import { buildHouse, locate } from '../house.ts'
import { createLog } from '../log.ts'
import { say } from './say.ts'

/** `firstline token`: prints the account that signs callbacks and opens the engine. */
export async function token(configuration: Configuration): Promise<void> {
  const database = await openDatabase<AccountTables>(locate(configuration, 'firstline'))
  try {
    const account = await loadAccount(database, configuration.twilio ?? configuration.account)
    say(`Account SID: ${account.accountSid}`)
    say(`Auth token:  ${account.authToken}`)
  } finally {
    await database.close()
  }
}

/** `firstline admin-link`: prints a new set-up link for an administrator; it works once, for 15 minutes. */
export async function adminLink(configuration: Configuration): Promise<void> {
  const house = await buildHouse({ configuration, log: createLog(configuration.logLevel) })
  try {
    say((await house.app.people.createSetupLink({ further: true })) as string)
  } finally {
    await house.close()
  }
}
