/** What was asked of others is written down together, after what it was asked for and never in its way. */
import type { Transaction } from 'kysely'
import type { Context } from '../context.ts'
import type { NewEvent } from '../events/log.ts'
import type { AppTables } from '../tables.ts'

type Table = 'callback_exchange' | 'attempt_call' | 'attempt_reference'
type Waiting = { [Name in Table]: AppTables[Name][] }

/** What comes within this time is written in one transaction. */
const gatherMs = 50
/** Databases take a limited number of parameters in a statement. */
const rowsAtOnce = 500

type Recording = { waiting: Waiting; timer?: NodeJS.Timeout; writing: Promise<void> }
const recordings = new WeakMap<Context, Recording>()

/** Has a row written soon. It is lost when the process is killed before. */
export function record<Name extends Table>(ctx: Context, table: Name, row: AppTables[Name]): void {
  const recording = recordings.get(ctx) ?? { waiting: nothing(), writing: Promise.resolve() }
  recordings.set(ctx, recording)
  const rows: AppTables[Name][] = recording.waiting[table]
  rows.push(row)
  recording.timer ??= setTimeout(() => void recordsWritten(ctx), gatherMs)
}

/** Waits until everything recorded so far in this process is in the database. */
export async function recordsWritten(ctx: Context): Promise<void> {
  const recording = recordings.get(ctx)
  if (!recording) return
  clearTimeout(recording.timer)
  delete recording.timer
  const { waiting } = recording
  if (Object.values(waiting).some((rows) => rows.length > 0)) {
    recording.waiting = nothing()
    recording.writing = recording.writing.then(() => write(ctx, waiting))
  }
  await recording.writing
}

async function write(ctx: Context, waiting: Waiting): Promise<void> {
  try {
    await ctx.events.transaction(async (tx) => {
      for (const [table, rows] of Object.entries(waiting)) await insertAll(tx, table as Table, rows)
      ctx.events.append(tx, waiting.callback_exchange.map(eventOf))
    })
  } catch (error) {
    ctx.log.error({ err: error }, 'callbacks and calls could not be written down')
  }
}

async function insertAll(tx: Transaction<AppTables>, table: Table, rows: AppTables[Table][]): Promise<void> {
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    await tx
      .insertInto(table)
      .values(rows.slice(first, first + rowsAtOnce))
      // Several calls of a start are about the same conversation.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

function eventOf({ id }: { id: string }): NewEvent {
  return { audience: 'administrators', type: 'callback', data: { exchangeId: id } }
}

function nothing(): Waiting {
  return { callback_exchange: [], attempt_call: [], attempt_reference: [] }
}
