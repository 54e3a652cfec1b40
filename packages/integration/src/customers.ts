import { type Handlers, Refusal } from '@firstline/callbacks'
import type { Database } from '@firstline/database'
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import { plain } from './searching.ts'
import type { IntegrationTables } from './tables.ts'

type Db = Database<IntegrationTables>['db']
type Customer = Selectable<IntegrationTables['customer']>

const maxPageSize = 100
const maxQueryWords = 8

/** Who the customers of a worker are: their own, or, for a worker who has none, those that are nobody's. */
function visibleTo(worker: string) {
  return (eb: ExpressionBuilder<IntegrationTables, 'customer'>) => {
    const hasOwn = eb.exists(eb.selectFrom('customer as own').select('own.id').where('own.worker', '=', worker))
    return eb.or([eb('worker', '=', worker), eb.and([eb('worker', 'is', null), eb.not(hasOwn)])])
  }
}

/** A customer whom the worker may see, or `undefined`. */
export function findCustomer(db: Db, worker: string, id: string): Promise<Customer | undefined> {
  return db.selectFrom('customer').selectAll().where('id', '=', id).where(visibleTo(worker)).executeTakeFirst()
}

/** The CRM callback: a worker's customers, page by page, and one customer's details. */
export function answerCrm({ db }: Database<IntegrationTables>): Handlers {
  return {
    async GetCustomersList({ Worker, PageSize, Anchor, NextPageToken, Query }) {
      const size = Math.min(PageSize, maxPageSize)
      const after = NextPageToken ? Number(NextPageToken) : await positionOf(db, Worker, Anchor)
      let query = db
        .selectFrom('customer')
        .select(['id', 'display_name', 'avatar', 'position'])
        .where(visibleTo(Worker))
        .where('position', '>', Number.isSafeInteger(after) ? after : Number.MAX_SAFE_INTEGER)
        .orderBy('position')
        .limit(size + 1)
      for (const word of plain(Query ?? '')
        .split(' ')
        .slice(0, maxQueryWords)) {
        if (word) query = query.where(sql<boolean>`search_name like ${`%${escapeLike(word)}%`} escape '!'`)
      }
      const rows = await query.execute()
      const page = rows.slice(0, size)
      const last = page.at(-1)
      return {
        objects: {
          customers: page.map(({ id, display_name, avatar }) => ({
            customer_id: id,
            display_name,
            ...(avatar && { avatar }),
          })),
          searchable: true,
          ...(last && rows.length > size && { next_page_token: String(last.position) }),
        },
      }
    },

    async GetCustomerDetailsByCustomerId({ Worker, CustomerId }) {
      const customer = await findCustomer(db, Worker, CustomerId)
      if (!customer) throw new Refusal(404, 'no such customer')
      const { id, display_name, avatar, channels, links, details } = customer
      return {
        objects: {
          customer: {
            customer_id: id,
            display_name,
            ...(avatar && { avatar }),
            channels: JSON.parse(channels),
            links: JSON.parse(links),
            ...(details && { details: JSON.parse(details) }),
          },
        },
      }
    },
  }
}

/** Where a list goes on after a customer; after one who is not known there is nothing. */
async function positionOf(db: Db, worker: string, anchor: string | undefined): Promise<number> {
  if (!anchor) return 0
  const customer = await findCustomer(db, worker, anchor)
  return customer?.position ?? Number.MAX_SAFE_INTEGER
}

function escapeLike(word: string): string {
  return word.replace(/[!%_]/g, (letter) => `!${letter}`)
}
