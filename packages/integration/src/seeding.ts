import type { Database } from '@firstline/database'
import { sampleCustomers } from './samples/customers.ts'
import { contentSidOf, sampleTemplates } from './samples/templates.ts'
import { plain } from './searching.ts'
import type { IntegrationTables } from './tables.ts'

/** The business's numbers, from ranges kept for fiction; an empty calling code is for everybody else. */
const sampleSenders = [
  { callingCode: '+1', number: '+12065550199' },
  { callingCode: '+61', number: '+61491579760' },
  { callingCode: '', number: '+447700900999' },
]

/**
 * Fills an empty room with sample customers, numbers and templates: once, however often and by however many nodes
 * it is called.
 *
 * @param workers to whom the first two groups of customers belong; a group without a worker is nobody's.
 */
export async function seedSamples(
  database: Database<IntegrationTables>,
  workers: readonly { readonly identity: string }[],
  now: number,
): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    await database.lock(tx, 'integration samples')
    const done = await tx.selectFrom('milestone').select('at').where('name', '=', 'samples').executeTakeFirst()
    if (done) return
    await tx.insertInto('milestone').values({ name: 'samples', at: now }).execute()

    const customers = sampleCustomers()
      .map((customer) => ({ ...customer, searchName: plain(customer.displayName) }))
      .sort((a, b) => (a.searchName < b.searchName ? -1 : 1))
    await tx
      .insertInto('customer')
      .values(
        customers.map((customer, position) => ({
          id: customer.id,
          worker: customer.owner === undefined ? null : (workers[customer.owner]?.identity ?? null),
          position: position + 1,
          display_name: customer.displayName,
          search_name: customer.searchName,
          avatar: customer.avatar ?? null,
          channels: JSON.stringify(customer.channels),
          links: JSON.stringify(customer.links),
          details: customer.details ? JSON.stringify(customer.details) : null,
        })),
      )
      .execute()
    await tx
      .insertInto('sender')
      .values(
        sampleSenders.flatMap(({ callingCode, number }) => [
          { address: number, channel: 'sms', calling_code: callingCode },
          { address: `whatsapp:${number}`, channel: 'whatsapp', calling_code: callingCode },
        ]),
      )
      .execute()
    await tx
      .insertInto('template')
      .values(
        sampleTemplates.map(({ id, category, content, approved }, position) => ({
          id,
          position,
          category,
          content,
          approved: approved ? 1 : 0,
          content_sid: approved ? contentSidOf(id) : null,
        })),
      )
      .execute()
  })
}
