import { isChannelType, readContactAddress } from '@firstline/addresses'
import {
  type Asked,
  askCustomer,
  askCustomers,
  askProxyAddress,
  askTemplates,
  type CallbackName,
  type CallbackRequest,
  type CallOptions,
  type ContractError,
  callbackNames,
  callbackOf,
  callCallback,
  isLocation,
  type Location,
  type ProxyAnswer,
} from '@firstline/callbacks'
import { Hono } from 'hono'
import { z } from 'zod'
import type { ProbeRequest, ProbeResult } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { invalidRequest } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { judgeProxy } from '../outgoing/steps/get-proxy-address.ts'
import { callbackTarget, recordExchange } from './callbacks.ts'
import { presentExchange } from './present-exchange.ts'
import { checkUrl } from './settings.ts'

type Params = Readonly<Record<string, string>>

/** The same questions that the app asks, with whatever parameters somebody wants to try. */
const questions = {
  GetProxyAddress: askProxyAddress,
  GetCustomersList: askCustomers,
  GetCustomerDetailsByCustomerId: askCustomer,
  GetTemplatesByCustomerId: askTemplates,
} as const satisfies Record<Location, unknown>

/** Makes a callback that is not part of anything, and tells what came of it. */
export async function probeCallback(ctx: Context, asking: string, input: ProbeRequest): Promise<ProbeResult> {
  const url = input.url === undefined ? undefined : checkUrl(ctx, input.url, 'URL')
  const { Location: _, ...given } = input.params
  const params = { Worker: asking, ...given }
  const asked = await ask(input.location, params, await callbackTarget(ctx, input.callback, url))
  const error = asked.error ?? judge(input.location, params, asked)
  const made = { exchange: asked.exchange, worker: params.Worker, error, tried: input.callback }
  const understood = asked.notFound ? { notFound: true } : asked.value
  return { ...presentExchange(recordExchange(ctx, made), made), ...(understood !== undefined && { understood }) }
}

async function ask(location: string, params: Params, options: CallOptions): Promise<Asked<unknown>> {
  if (isLocation(location)) {
    const question = questions[location] as unknown as (params: Params, options: CallOptions) => Promise<Asked<unknown>>
    return question(params, options)
  }
  // How a service takes what it does not know is worth a try as well.
  const request = { Location: location, ...params } as unknown as CallbackRequest
  return { exchange: await callCallback(request, options) }
}

/** A proxy address is only as good as it fits the contact's. */
function judge(
  location: string,
  { ChannelType, ChannelValue }: Params,
  asked: Asked<unknown>,
): ContractError | undefined {
  if (location !== 'GetProxyAddress' || !ChannelType || !isChannelType(ChannelType)) return undefined
  const contact = readContactAddress(ChannelType, ChannelValue ?? '')?.value ?? ''
  return judgeProxy(ChannelType, contact, (asked.value as ProxyAnswer).proxyAddress).error
}

const maxParams = 20
const asWord = z.boolean().transform(String)
const callback = z.enum(callbackNames)
const probe = z.object({
  callback: z.string().max(64).optional(),
  url: z.string().max(4_096).optional(),
  location: z.string().min(1).max(100),
  params: z
    .record(z.string().min(1).max(64), z.union([z.string().max(2_048), z.number().transform(String), asWord]))
    .refine((params) => Object.keys(params).length <= maxParams, `are more than ${maxParams}`)
    .default({}),
})

/** What is asked says which callback is meant, where the request does not. */
function byLocation(location: string): CallbackName | undefined {
  return isLocation(location) ? callbackOf(location) : undefined
}

/** `/api/console/probe` */
export function probeRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().post('/', validate('json', probe), async (c) => {
    const { url, ...input } = c.req.valid('json')
    const named = callback.safeParse(input.callback ?? byLocation(input.location))
    if (!named.success) throw invalidRequest(`callback is none of ${callbackNames.join(', ')}.`)
    const asked: ProbeRequest = { ...input, callback: named.data, ...(url !== undefined && { url }) }
    return c.json<ProbeResult>(await probeCallback(ctx, c.var.worker.identity, asked))
  })
}
