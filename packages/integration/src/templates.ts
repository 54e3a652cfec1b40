import { type Handlers, Refusal } from '@firstline/callbacks'
import type { Database } from '@firstline/database'
import { findCustomer } from './customers.ts'
import { firstNameOf, sampleWorkers } from './samples/customers.ts'
import { fillIn } from './samples/templates.ts'
import type { IntegrationTables } from './tables.ts'

/** The templates callback: texts with the customer's and the worker's name filled in, by category. */
export function answerTemplates({ db }: Database<IntegrationTables>): Handlers {
  return {
    async GetTemplatesByCustomerId({ Worker, CustomerId }) {
      const customer = await findCustomer(db, Worker, CustomerId)
      if (!customer) throw new Refusal(404, 'no such customer')
      const variables = { 1: firstNameOf(customer.display_name), 2: signatureOf(Worker) }
      const rows = await db.selectFrom('template').selectAll().orderBy('position').execute()
      const categories = Map.groupBy(rows, ({ category }) => category)
      return [...categories].map(([display_name, templates]) => ({
        display_name,
        templates: templates.map(({ content, approved, content_sid }) => ({
          content: fillIn(content, variables),
          whatsAppApproved: approved === 1,
          ...(content_sid && { content_sid, content_variables: variables }),
        })),
      }))
    },
  }
}

/** How a worker signs: by first name when it is known, else for the whole house. */
function signatureOf(worker: string): string {
  const sample = sampleWorkers.find(({ identity }) => identity === worker)
  return sample ? `${firstNameOf(sample.displayName)} from Harbour & Pine` : 'the Harbour & Pine team'
}
