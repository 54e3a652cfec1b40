import { Agent, get } from 'node:http'

/** An event as it arrived. */
export type Arrival = { readonly type: string; readonly data: string }
export type Stream = { close(): void }

/** A connection for each, as browsers have. */
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })

/** Opens a browser's stream of events. @returns once it is open. */
export function openStream(url: string, cookie: string, onEvent: (event: Arrival) => void = () => {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}/api/events`, { agent, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream was answered with ${response.statusCode}`))
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const type = /^event: (.*)$/m.exec(block)?.[1]
          if (type) onEvent({ type, data: /^data: (.*)$/m.exec(block)?.[1] ?? '' })
        }
      })
      resolve({ close: () => request.destroy() })
    })
    request.on('error', reject)
  })
}
