import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answered, type AnswerOptions, answerCallback, defaultMaxRequestBytes } from './receive.ts'

/**
 * Answers callbacks where requests and responses are those of `fetch`: Hono, Deno, Bun, workers.
 *
 * @example app.post('/callbacks/crm', (c) => handle(c.req.raw))
 */
export function toFetchHandler(options: AnswerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, headers, body } = await answerCallback(
      {
        method: request.method,
        contentType: request.headers.get('content-type'),
        signature: request.headers.get('x-twilio-signature'),
        body: await readAtMost(request.body ?? [], limitOf(options)),
      },
      options,
    )
    return new Response(body, { status, headers })
  }
}

/**
 * Answers callbacks in a server of `node:http` or Express. No body parser may have run before.
 *
 * @example createServer(toNodeHandler(options)).listen(8080)
 */
export function toNodeHandler(options: AnswerOptions): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    answer(req, options).then(
      ({ status, headers, body }) => {
        // What is left of a request that is too large is not waited for.
        if (!req.complete) res.setHeader('connection', 'close')
        res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
        req.resume()
      },
      () => res.destroy(),
    )
  }
}

async function answer(req: IncomingMessage, options: AnswerOptions): Promise<Answered> {
  const signature = req.headers['x-twilio-signature']
  return answerCallback(
    {
      method: req.method ?? '',
      contentType: req.headers['content-type'],
      signature: Array.isArray(signature) ? undefined : signature,
      body: await readAtMost(req.iterator({ destroyOnReturn: false }), limitOf(options)),
    },
    options,
  )
}

function limitOf(options: AnswerOptions): number {
  return options.maxBytes ?? defaultMaxRequestBytes
}

/** Stops one byte after the limit, which is enough to see that the request is too large. */
async function readAtMost(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length > maxBytes) break
  }
  return Buffer.concat(chunks)
}
