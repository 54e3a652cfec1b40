import type { ParticipantRow } from '../tables.ts'

/** The participant who goes by this name: an identity, or an address. */
export function authorAmong(participants: readonly ParticipantRow[], name: string): ParticipantRow | undefined {
  return participants.find(({ identity, address }) => name === (identity ?? address))
}
