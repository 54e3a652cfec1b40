import type { Engine } from '../engine.ts'
import type { HandsetMessageRow, ParticipantRow } from '../tables.ts'
import type { Tx } from '../write.ts'

/** The address under which a participant has a simulated handset; undefined for the company's own people. */
export function handsetAddress(participant: ParticipantRow): string | undefined {
  if (participant.address !== null) return participant.address
  return readAttribute(participant, 'customer_id') === undefined ? undefined : (participant.identity ?? undefined)
}

/** Notes that a customer has a handset, and the name by which the app knows them. */
export async function rememberPhone(engine: Engine, tx: Tx, participant: ParticipantRow): Promise<void> {
  const address = handsetAddress(participant)
  if (address === undefined) return
  const displayName = readAttribute(participant, 'display_name')
  const at = engine.clock()
  await tx
    .insertInto('phone')
    .values({
      address,
      channel: participant.binding_type ?? 'chat',
      display_name: displayName ?? null,
      last_activity_at: at,
    })
    .onConflict((conflict) =>
      conflict
        .column('address')
        .doUpdateSet({ last_activity_at: at, ...(displayName !== undefined && { display_name: displayName }) }),
    )
    .execute()
}

/** Puts messages on handsets, where they stay. */
export async function putOnHandset(engine: Engine, tx: Tx, rows: Omit<HandsetMessageRow, 'position' | 'at'>[]) {
  if (rows.length === 0) return
  const at = engine.clock()
  await tx
    .insertInto('handset_message')
    .values(rows.map((row) => ({ ...row, position: engine.nextPosition(), at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  // In order, so that two transactions never wait for each other.
  for (const address of [...new Set(rows.map((row) => row.address))].sort()) {
    await tx.updateTable('phone').set({ last_activity_at: at }).where('address', '=', address).execute()
  }
}

/** A string or number in the attributes that the app wrote, which may be any JSON. */
function readAttribute({ attributes }: ParticipantRow, name: string): string | undefined {
  const parsed: unknown = JSON.parse(attributes)
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, name)) return undefined
  const value = (parsed as Record<string, unknown>)[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
