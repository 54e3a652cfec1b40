import type { Tx } from '../write.ts'
import type { Content } from './input.ts'

/**
 * The text of an approved template. The engine is told the texts (`POST /simulator/contents`); one that it does not
 * know is taken for approved all the same, and stands for its values.
 */
export async function renderContent(tx: Tx, { sid, variables }: Content): Promise<string> {
  const known = await tx.selectFrom('content').select('body').where('content_sid', '=', sid).executeTakeFirst()
  if (known) return known.body.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (whole, name: string) => variables[name] ?? whole)
  const values = Object.values(variables).filter((value) => value !== '')
  return values.length > 0 ? values.join(' · ') : `[template ${sid}]`
}
