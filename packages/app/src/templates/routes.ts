import { askTemplates } from '@firstline/callbacks'
import { Hono } from 'hono'
import type { TemplateCategories } from '../api.ts'
import { callbackTarget, recordExchange } from '../console/callbacks.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { notFound } from '../http/problem.ts'
import { readSid } from '../inbox/routes.ts'
import { findOwnConversation } from '../inbox/store.ts'

/** The callback URL is not set: a warning, since nobody has to have templates. */
const notSet = 48001

/** `GET /api/conversations/:sid/templates`: what the templates callback offers for the conversation's customer. */
export function templateRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().get('/:sid/templates', async (c) => {
    const sid = readSid(c.req.param('sid'))
    const { identity } = c.var.worker
    const own = await findOwnConversation(ctx.database.db, sid, identity)
    if (!own) throw notFound('conversation')
    const { customer_id: customerId } = own.conversation
    return c.json(customerId === null ? { categories: [] } : await readTemplates(ctx, identity, sid, customerId))
  })
}

/** @throws ContractError when the callback fails. A service without templates, or none at all, offers none. */
async function readTemplates(
  ctx: Context,
  worker: string,
  sid: string,
  customerId: string,
): Promise<TemplateCategories> {
  const target = await callbackTarget(ctx, 'templates')
  const params = { Worker: worker, CustomerId: customerId, ConversationSid: sid }
  const { exchange, value, error } = await askTemplates(params, target)
  recordExchange(ctx, { exchange, worker })
  if (error && error.code !== notSet) throw error
  return {
    categories: (value ?? []).map((category) => ({
      displayName: category.displayName,
      templates: category.templates.map(({ content, whatsAppApproved, contentSid, contentVariables }) => ({
        content,
        whatsAppApproved,
        ...(contentSid !== undefined && { contentSid }),
        ...(contentVariables !== undefined && { contentVariables: JSON.stringify(contentVariables) }),
      })),
    })),
  }
}
