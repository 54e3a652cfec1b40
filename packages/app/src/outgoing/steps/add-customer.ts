import { fromConversationsError } from '@firstline/callbacks'
import { EngineError } from '../../engine/error.ts'
import type { Undoing, Work } from '../run.ts'
import type { Results, Start } from '../steps.ts'
import { askForChange } from './ask-for-change.ts'
import { attributesWithin } from './attributes.ts'
import { type Held, holderOfChat, keepChat, releaseChat } from './chat-hold.ts'
import { alreadyExists, holderOfPair } from './holder.ts'

type Before = Pick<Results, 'checkCustomer' | 'createConversation' | 'getProxyAddress'>

/** "Participant already exists", https://www.twilio.com/docs/api/errors/50433 */
const alreadyIn = 50433
/** https://www.twilio.com/docs/conversations/conversations-limits */
const maxAttributesBytes = 4 * 1024
/** Each round somebody else gave the place up just before it was looked who holds it. */
const maxRounds = 4

/**
 * Adds the customer: to the conversation created, unless an open one holds the customer already.
 *
 * @throws ContractError 48031 (a colleague has that conversation), EngineError (whatever else the engine refuses).
 */
export async function addCustomer(start: Start, before: Before, work: Work): Promise<Results['addCustomer']> {
  const { conversationSid } = before.createConversation
  const take = start.channel.type === 'chat' ? takeIdentity : takePair
  for (let round = 1; round <= maxRounds; round++) {
    const held = await take(start, before, work)
    if (held === 'ours') return { conversationSid, reused: false, workerIsIn: false }
    if (held !== 'free') return { ...held, reused: true }
  }
  throw alreadyExists({ detail: 'it changes hands all the time', retryable: true })
}

/** The engine itself keeps a pair of addresses in at most one open conversation. */
async function takePair(start: Start, before: Before, work: Work): Promise<'ours' | 'free' | Held> {
  const { engine } = start.ctx
  const { conversationSid } = before.createConversation
  const { address } = before.checkCustomer
  const proxyAddress = before.getProxyAddress.proxyAddress ?? ''
  const attributes = attributesOf(start, before)
  const isThere = (binding: { address?: string } | null) => binding?.address === address
  try {
    await askForChange(
      {
        ask: () => engine.addContact(conversationSid, { address, proxyAddress, attributes }),
        look: async () =>
          (await engine.listParticipants(conversationSid))?.find(({ messagingBinding }) => isThere(messagingBinding)),
      },
      work,
    )
    return 'ours'
  } catch (error) {
    const isClash = error instanceof EngineError && fromConversationsError(error.code) === 48031
    if (!isClash) throw error
    return holderOfPair(start, { conversationSid, address, proxyAddress }, work.signal)
  }
}

/** Chat has no binding: our own index keeps an identity in at most one open conversation of the worker. */
async function takeIdentity(start: Start, before: Before, work: Work): Promise<'ours' | 'free' | Held> {
  const { engine } = start.ctx
  const { conversationSid } = before.createConversation
  const identity = before.checkCustomer.address
  const held = await holderOfChat(start, identity, work.signal)
  if (held !== 'ours') return held
  await askForChange(
    {
      ask: () => engine.addIdentity(conversationSid, { identity, attributes: attributesOf(start, before) }),
      look: async () => (await engine.listParticipants(conversationSid))?.find((other) => other.identity === identity),
      alreadyThere: alreadyIn,
    },
    work,
  )
  await keepChat(start, identity, conversationSid)
  return 'ours'
}

/** The participant goes with its conversation, and with it the pair of addresses: what is left is our own hold. */
export async function releaseCustomer(start: Start): Promise<Undoing> {
  await releaseChat(start)
  return 'covered'
}

function attributesOf({ customerId }: Start, { checkCustomer: { displayName, avatar } }: Before): string {
  return attributesWithin(maxAttributesBytes, { customer_id: customerId, display_name: displayName }, { avatar })
}
