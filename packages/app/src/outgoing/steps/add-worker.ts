import { projectConversation } from '../../inbox/project.ts'
import type { Undoing, Work } from '../run.ts'
import type { Results, Start } from '../steps.ts'
import { askForChange } from './ask-for-change.ts'
import { nameCustomer } from './name-customer.ts'

/** "Participant already exists", https://www.twilio.com/docs/api/errors/50433 */
const alreadyIn = 50433

/** Adds the worker to the conversation that the customer is in. */
export async function addWorker(
  start: Start,
  before: Pick<Results, 'checkCustomer' | 'addCustomer'>,
  work: Work,
): Promise<Results['addWorker']> {
  const { ctx, worker } = start
  const { conversationSid, reused, workerIsIn } = before.addCustomer
  const { identity, displayName } = worker
  const attributes = JSON.stringify({ display_name: displayName })
  // From a conversation that was not created for this start, the worker can be removed only by whoever knows it.
  if (reused) await work.recorded()
  const added = workerIsIn
    ? undefined
    : await askForChange(
        {
          ask: () => ctx.engine.addIdentity(conversationSid, { identity, attributes }),
          look: () => findWorkerIn({ ctx, worker }, conversationSid),
          alreadyThere: alreadyIn,
        },
        work,
      )
  // One that was there before may never have come into the app's own copy.
  if (reused) {
    await nameCustomer(start, before)
    await projectConversation(ctx, conversationSid)
  }
  return added ? { participantSid: added.sid } : {}
}

/** Where the conversation was created for this start, the worker goes with it. */
export async function removeWorker(start: Start, { addCustomer }: Partial<Results>): Promise<Undoing> {
  if (!addCustomer?.reused || addCustomer.workerIsIn) return 'covered'
  const added = await findWorkerIn(start, addCustomer.conversationSid)
  if (!added) return 'absent'
  await start.ctx.engine.removeParticipant(addCustomer.conversationSid, added.sid)
  return 'undone'
}

async function findWorkerIn({ ctx, worker }: Pick<Start, 'ctx' | 'worker'>, conversationSid: string) {
  const participants = await ctx.engine.listParticipants(conversationSid)
  return participants?.find(({ identity }) => identity === worker.identity)
}
