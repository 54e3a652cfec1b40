import type { Store, Tx } from './store.ts'

/**
 * A number for a reading of the engine, taken before asking. Of two readings the one that began later counts, however
 * late the earlier one's answer comes.
 */
export async function beginReading(db: Store, sid: string): Promise<number> {
  const { begun } = await db
    .insertInto('conversation_reading')
    .values({ conversation_sid: sid, begun: 1, applied: 0 })
    .onConflict((on) =>
      on.column('conversation_sid').doUpdateSet((eb) => ({ begun: eb('conversation_reading.begun', '+', 1) })),
    )
    .returning('begun')
    .executeTakeFirstOrThrow()
  return begun
}

/** @returns `false` when a later reading has been written already: then this one is not to be. */
export async function finishReading(tx: Tx, sid: string, reading: number): Promise<boolean> {
  const updated = await tx
    .updateTable('conversation_reading')
    .set({ applied: reading })
    .where('conversation_sid', '=', sid)
    .where('applied', '<', reading)
    .returning('applied')
    .executeTakeFirst()
  return updated !== undefined
}

/** Of all readings that have begun so far, none is to be written any more. */
export async function outdateReadings(tx: Tx, sid: string): Promise<void> {
  await tx
    .insertInto('conversation_reading')
    .values({ conversation_sid: sid, begun: 1, applied: 1 })
    .onConflict((on) =>
      on.column('conversation_sid').doUpdateSet((eb) => ({
        begun: eb('conversation_reading.begun', '+', 1),
        applied: eb('conversation_reading.begun', '+', 1),
      })),
    )
    .execute()
}
