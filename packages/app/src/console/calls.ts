/** What the starts asked of the engine. */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AttemptCall } from '../api.ts'
import type { Context } from '../context.ts'
import type { EngineCall } from '../engine/transport.ts'
import { currentPart } from '../http/trace.ts'
import { isoTime } from '../outgoing/present.ts'
import type { AppTables } from '../tables.ts'
import { record } from './recording.ts'

let calls = 0

/** Has a call that a step of a start made written down, and the start found by what the call was about. */
export function recordCall(ctx: Context, call: EngineCall): void {
  const part = currentPart()
  if (!part) return
  const { attemptId, step } = part
  const { method, path, startedAt, ms, status, code, requestId } = call
  const shown: AttemptCall = {
    step,
    method,
    path,
    startedAt: isoTime(startedAt),
    ms: Math.round(ms * 10) / 10,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(requestId && { requestId }),
  }
  record(ctx, 'attempt_call', {
    id: randomUUID(),
    attempt_id: attemptId,
    at: startedAt,
    place: ++calls,
    call: JSON.stringify(shown),
  })
  for (const reference of referencesOf(call)) record(ctx, 'attempt_reference', { reference, attempt_id: attemptId })
}

/** Twilio's name of the request, and the SIDs of conversations and participants. */
function referencesOf({ path, requestId, sid }: EngineCall): string[] {
  const sids = path.match(/\b(?:CH|MB)[0-9a-f]{32}\b/g) ?? []
  return [...new Set([...sids, requestId, sid])].filter((reference) => reference !== undefined)
}

/** In order. */
export async function listCallsOf(db: Kysely<AppTables>, attemptId: string): Promise<AttemptCall[]> {
  const rows = await db
    .selectFrom('attempt_call')
    .select('call')
    .where('attempt_id', '=', attemptId)
    .orderBy('at')
    .orderBy('place')
    .execute()
  return rows.map(({ call }) => JSON.parse(call))
}
