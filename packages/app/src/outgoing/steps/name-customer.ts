import { EngineError } from '../../engine/error.ts'
import { findConversation } from '../../inbox/store.ts'
import type { Results, Start } from '../steps.ts'

/**
 * Writes down in the engine who the customer is, where a conversation that was made elsewhere does not say: without it
 * there would be neither templates nor a way to the customer. What is said there stays.
 *
 * A start does not fail by it.
 */
export async function nameCustomer(
  { ctx, attemptId, customerId }: Start,
  { checkCustomer, addCustomer }: Pick<Results, 'checkCustomer' | 'addCustomer'>,
): Promise<void> {
  const { conversationSid } = addCustomer
  if ((await findConversation(ctx.database.db, conversationSid))?.customer_id) return
  try {
    const participants = await ctx.engine.listParticipants(conversationSid)
    const customer = participants?.find(
      ({ messagingBinding: binding, identity }) => (binding?.address ?? identity) === checkCustomer.address,
    )
    const said = customer && readAttributes(customer.attributes)
    if (!customer || !said || said['customer_id']) return
    const named = { display_name: checkCustomer.displayName, ...said, customer_id: customerId }
    await ctx.engine.changeParticipant(conversationSid, customer.sid, { attributes: JSON.stringify(named) })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    ctx.log.warn({ err: error, attemptId, conversationSid }, 'who the customer is could not be written to the engine')
  }
}

/** @returns `undefined` for what is no object: it is somebody else's, and is left alone. */
function readAttributes(json: string | null): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json || '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
