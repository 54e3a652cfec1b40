import type { PhoneThread, Problem } from '@firstline/app/api'
import { useState } from 'react'
import { asProblem } from '../api/client.ts'
import { useReply } from './handset-data.ts'

export type Unsent = { messageId: string; body: string; problem?: Problem }

/** Replies that are on their way or did not get there. One that arrived is in the thread and no longer here. */
export function useUnsent(address: string, thread: PhoneThread) {
  const [unsent, setUnsent] = useState<Unsent[]>([])
  const { mutateAsync } = useReply()

  async function sendOff(messageId: string, body: string) {
    try {
      await mutateAsync({
        messageId,
        from: address,
        to: thread.proxyAddress,
        ...(thread.conversationSid ? { conversationSid: thread.conversationSid } : {}),
        body,
      })
      setUnsent((all) => all.filter((each) => each.messageId !== messageId))
    } catch (error) {
      const problem = asProblem(error)
      setUnsent((all) => all.map((each) => (each.messageId === messageId ? { ...each, problem } : each)))
    }
  }
  return {
    unsent,
    reply(body: string) {
      const messageId = crypto.randomUUID()
      setUnsent((all) => [...all, { messageId, body }])
      void sendOff(messageId, body)
    },
    /** With the same id: what arrived although it looked otherwise does not come twice. */
    tryAgain(messageId: string) {
      const message = unsent.find((each) => each.messageId === messageId)
      if (!message) return
      setUnsent((all) => all.map((each) => (each.messageId === messageId ? { messageId, body: each.body } : each)))
      void sendOff(messageId, message.body)
    },
  }
}
