/** What a list may be asked for. A field that a form leaves empty asks for nothing. */
import { z } from 'zod'

export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((given) => (given === '' ? undefined : given), schema.optional())
}

export const text = optional(z.string().trim().max(256))

/** ISO 8601 with its offset; read as milliseconds since 1970. */
export const moment = optional(
  z.iso
    .datetime({ offset: true, error: 'not a time such as 2026-01-31T12:00:00Z' })
    .transform((given) => Date.parse(given)),
)
