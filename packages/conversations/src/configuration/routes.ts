import { Hono } from 'hono'
import { RestError, unsupported } from '../errors.ts'
import { type Form, readForm } from '../http/form.ts'
import type { Env, RestContext } from '../http/scope.ts'

/** Settings that this engine does not have: it knows no roles, messaging services or default timers. */
const unsupportedParameters = [
  'DefaultMessagingServiceSid',
  'DefaultInactiveTimer',
  'DefaultClosedTimer',
  'DefaultConversationCreatorRoleSid',
  'DefaultConversationRoleSid',
  'DefaultChatServiceRoleSid',
]

/** `/Configuration`, of the account at the root and of one service below it. What it says cannot be changed. */
export function configurationRoutes(): Hono<Env> {
  return new Hono<Env>()
    .get('/', (c) => c.json(present(c)))
    .post('/', async (c) => {
      refuseChanges(c, await readForm(c, unsupportedParameters))
      return c.json(present(c))
    })
}

/** What is already so may be asked for. */
function refuseChanges(c: RestContext, form: Form): void {
  const { engine } = c.get('scope')
  const service = form.get('DefaultChatServiceSid') ?? engine.defaultServiceSid()
  if (service !== engine.defaultServiceSid()) throw new RestError(20001, 'The default service cannot be changed')
  if ((form.get('ReachabilityEnabled') ?? 'false').toLowerCase() !== 'false') throw unsupported('ReachabilityEnabled')
}

function present(c: RestContext) {
  const scope = c.get('scope')
  const url = scope.url('/Configuration')
  const webhooks = `${url}/Webhooks`
  if (scope.isRoot) {
    return {
      account_sid: scope.engine.account.accountSid,
      default_chat_service_sid: scope.service.sid,
      default_messaging_service_sid: null,
      default_inactive_timer: null,
      default_closed_timer: null,
      url,
      links: { service: scope.url(`/Services/${scope.service.sid}/Configuration`), webhooks },
    }
  }
  return {
    chat_service_sid: scope.service.sid,
    default_conversation_creator_role_sid: null,
    default_conversation_role_sid: null,
    default_chat_service_role_sid: null,
    reachability_enabled: false,
    url,
    links: { webhooks },
  }
}
