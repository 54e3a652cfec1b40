/** Workers who start conversations and write in them, whatever the network does meanwhile. */
import type { Message, Problem, StartResult } from '@firstline/app/api'
import type { Session } from '../../support/session.ts'

export type Started = { phone: string; worker: string; key: string; status: number; body: StartResult & Problem }
export type Sent = { sid: string; key: string; body: string; status: number; message: Message }
export type Traffic = { started: Started[]; sent: Sent[] }
export type Worker = { identity: string; session: Session }

export type Plan = {
  starts: number
  /** How many at once. */
  atOnce: number
  /** Written in each conversation, one after the other. */
  messages: number
}

let keys = 0
const newKey = () => `key-${++keys}`
const newPhone = () => `+1555${String(4_000_000 + ++keys)}`

export async function start(worker: Worker, phone = newPhone(), key = newKey()): Promise<Started> {
  const request = { customerId: phone, channel: { type: 'sms', value: phone } }
  const headers = { 'idempotency-key': key }
  const response = await worker.session.request('POST', '/api/outgoing-conversations', request, headers)
  const body = (await response.json()) as Started['body']
  return { phone, worker: worker.identity, key, status: response.status, body }
}

export async function send(worker: Worker, sid: string, body: string, key = newKey()): Promise<Sent> {
  const path = `/api/conversations/${sid}/messages`
  const response = await worker.session.request('POST', path, { body }, { 'idempotency-key': key })
  const { message } = (await response.json()) as { message: Message }
  return { sid, key, body, status: response.status, message }
}

/** Starts and writes, several workers beside each other, until all that was planned has been answered. */
export async function drive(workers: readonly Worker[], { starts, atOnce, messages }: Plan): Promise<Traffic> {
  const traffic: Traffic = { started: [], sent: [] }
  let left = starts
  async function work(worker: Worker): Promise<void> {
    while (left-- > 0) {
      const started = await start(worker)
      traffic.started.push(started)
      if (started.status !== 201) continue
      const { conversationSid: sid } = started.body
      for (let n = 1; n <= messages; n++) traffic.sent.push(await send(worker, sid, `${started.phone} ${n}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, n) => work(workers[n % workers.length] as Worker)))
  return traffic
}
