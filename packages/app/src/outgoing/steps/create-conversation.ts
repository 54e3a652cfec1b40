import { EngineError } from '../../engine/error.ts'
import type { Undoing, Work } from '../run.ts'
import { type Results, type Start, uniqueNameOf } from '../steps.ts'
import { askForChange } from './ask-for-change.ts'
import { attributesWithin } from './attributes.ts'

/** "Conversation with provided unique name already exists", https://www.twilio.com/docs/api/errors/50353 */
const uniqueNameTaken = 50353
/** https://www.twilio.com/docs/conversations/conversations-limits */
const maxAttributesBytes = 16 * 1024

/** Creates an empty conversation that carries the customer's name. */
export async function createConversation(
  { ctx, attemptId }: Start,
  { checkCustomer: { displayName, avatar } }: Pick<Results, 'checkCustomer'>,
  work: Work,
): Promise<Results['createConversation']> {
  const uniqueName = uniqueNameOf(attemptId)
  const attributes = attributesWithin(maxAttributesBytes, {}, { avatar })
  const conversation = await askForChange(
    {
      ask: () => ctx.engine.createConversation({ uniqueName, friendlyName: displayName, attributes }),
      look: () => ctx.engine.fetchConversation(uniqueName),
      alreadyThere: uniqueNameTaken,
    },
    work,
  ).catch((error) => {
    if (error instanceof EngineError && error.outcome === 'down') work.nothingDone()
    throw error
  })
  return { conversationSid: conversation.sid, createdAt: conversation.dateCreated?.getTime() ?? ctx.clock() }
}

/** Deletes the conversation and with it whoever is in it; that also frees the pair of addresses. */
export async function deleteConversation(
  { ctx, attemptId }: Start,
  { createConversation: created }: Partial<Results>,
): Promise<Undoing> {
  if (created && (await ctx.engine.deleteConversation(created.conversationSid))) return 'undone'
  return (await ctx.engine.deleteConversation(uniqueNameOf(attemptId))) ? 'undone' : 'absent'
}
