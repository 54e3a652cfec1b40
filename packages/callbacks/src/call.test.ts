import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { callCallback, type GetProxyAddress } from './index.ts'

const authToken = '12345'
const question: GetProxyAddress = {
  Location: 'GetProxyAddress',
  Worker: 'dave@example.com',
  CustomerId: '3',
  ChannelType: 'sms',
  ChannelValue: '+16505551111',
}

type Service = (req: IncomingMessage, res: ServerResponse) => void

async function serve(t: TestContext, service: Service): Promise<string> {
  const server = createServer(service).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
}

async function serveRaw(t: TestContext, onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
}

function answerWith(status: number, headers: Record<string, string>, body: string | Buffer): Service {
  return (_req, res) => res.writeHead(status, headers).end(body)
}

const json = { 'content-type': 'application/json' }
const large = JSON.stringify({ proxy_address: '+123456789', padding: 'x'.repeat(70 * 1024) })

const hostile: [name: string, code: number, detail: RegExp, service: Service][] = [
  ['answers 500', 48004, /status 500/, answerWith(500, { 'content-type': 'text/html' }, '<h1>Oops</h1>')],
  ['answers 404', 48004, /status 404/, answerWith(404, json, '{}')],
  ['redirects', 48004, /redirect to http:\/\/x\/ is not/, answerWith(302, { location: 'http://x/' }, '')],
  ['answers HTML', 48003, /not JSON/, answerWith(200, { 'content-type': 'text/html' }, '<h1>Hello</h1>')],
  ['answers broken JSON', 48003, /not JSON/, answerWith(200, json, '{"proxy_address": ')],
  ['answers 200 with nothing', 48003, /empty/, answerWith(200, json, '')],
  ['answers 70 kB', 48003, /over 64 kB/, answerWith(200, json, large)],
  ['answers 70 kB with a status of its own', 48004, /status 500/, answerWith(500, json, large)],
  ['compresses', 48003, /compressed/, answerWith(200, { ...json, 'content-encoding': 'gzip' }, Buffer.from([31, 139]))],
  ['nests without end', 48003, /nested/, answerWith(200, json, '['.repeat(30_000) + ']'.repeat(30_000))],
  ['hangs', 48005, /no answer within/, () => {}],
  ['hangs after the head', 48005, /not complete/, (_req, res) => res.writeHead(200, json).flushHeaders()],
  ['hangs in the middle', 48005, /not complete.*10 bytes/, (_req, res) => res.writeHead(200, json).write('{"proxy_ad')],
  ['dies', 48004, /closed before/, (req) => req.socket.destroy()],
  [
    'dies in the middle',
    48004,
    /closed before/,
    (req, res) => {
      res.writeHead(200, { ...json, 'content-length': '100' })
      res.write('{"proxy', () => req.socket.destroy())
    },
  ],
  [
    'drips for longer than the time there is',
    48005,
    /not complete/,
    (_req, res) => {
      const drip = setInterval(() => res.write(' '), 20)
      res.on('close', () => clearInterval(drip))
    },
  ],
  [
    'never ends and is fast',
    48003,
    /over 64 kB/,
    (_req, res) => {
      res.writeHead(200, json)
      const pour = () => {
        while (res.write(' '.repeat(16_384)));
      }
      res.on('drain', pour).on('error', () => {})
      pour()
    },
  ],
]
for (const [name, code, detail, service] of hostile) {
  test(`a service that ${name} is ${code}`, async (t) => {
    const url = await serve(t, service)
    const exchange = await callCallback(question, { url, authToken, timeoutMs: code === 48005 ? 300 : 6_000 })
    assert.equal(exchange.error?.code, code)
    assert.match(exchange.error?.detail ?? '', detail)
    assert.ok((exchange.response?.body.length ?? 0) <= 65_536)
    assert.ok(exchange.timings.totalMs > 0)
  })
}

test('a peer that does not speak HTTP is 48003', async (t) => {
  const url = await serveRaw(t, (socket) => socket.write('220 mail.example.com ESMTP\r\n'))
  const { error } = await callCallback(question, { url, authToken })
  assert.equal(error?.code, 48003)
})

test('a connection closed without an answer is 48004', async (t) => {
  const url = await serveRaw(t, (socket) => socket.on('data', () => socket.end()))
  const { error } = await callCallback(question, { url, authToken })
  assert.equal(error?.code, 48004)
})

test('nothing listening is 48004 and says so', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const { error } = await callCallback(question, { url: `http://127.0.0.1:${port}/`, authToken })
  assert.equal(error?.code, 48004)
  assert.match(error?.detail ?? '', /nothing listens/)
})

test('a host that does not exist is 48004', async () => {
  const { error } = await callCallback(question, { url: 'http://callback.invalid/', authToken })
  assert.equal(error?.code, 48004)
})

test('plain HTTP where TLS was expected is 48004', async (t) => {
  const url = await serve(t, answerWith(200, json, '{}'))
  const { error } = await callCallback(question, { url: url.replace('http:', 'https:'), authToken })
  assert.equal(error?.code, 48004)
})

test('an empty URL is 48001', async () => {
  const exchange = await callCallback(question, { url: ' ', authToken })
  assert.equal(exchange.error?.code, 48001)
  assert.equal(exchange.response, undefined)
})

for (const url of ['nonsense', 'ftp://example.com/', 'file:///etc/passwd', 'http://', 'javascript:alert(1)']) {
  test(`the URL ${url} is 48002`, async () => {
    assert.equal((await callCallback(question, { url, authToken })).error?.code, 48002)
  })
}

test('sends the documented request, and the official package accepts its signature', async (t) => {
  const heard: { req: IncomingMessage; body: string }[] = []
  const base = await serve(t, (req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      heard.push({ req, body })
      res.writeHead(200, json).end('{"proxy_address":"+123456789"}')
    })
  })
  const url = `${base}?foo=1&bar=2`
  const exchange = await callCallback(
    { ...question, Worker: 'Dave Ünü & Söhne' },
    { url, authToken, headers: { traceparent: '00-1' }, clock: () => 17 },
  )
  const [first] = heard
  assert.ok(first)
  const { req, body } = first
  assert.equal(req.method, 'POST')
  assert.equal(req.url, '/callback?foo=1&bar=2')
  assert.equal(req.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(req.headers['content-length'], String(Buffer.byteLength(body)))
  assert.equal(req.headers['traceparent'], '00-1')
  assert.match(body, /Worker=Dave%20%C3%9Cn%C3%BC%20%26%20S%C3%B6hne&/)
  const params = Object.fromEntries(new URLSearchParams(body))
  assert.deepEqual(params, { ...question, Worker: 'Dave Ünü & Söhne' })
  assert.ok(webhooks.validateRequest(authToken, `${req.headers['x-twilio-signature']}`, url, params))

  assert.equal(exchange.error, undefined)
  assert.deepEqual(exchange.warnings, [])
  assert.deepEqual(exchange.json, { proxy_address: '+123456789' })
  assert.equal(exchange.startedAt, 17)
  assert.equal(exchange.request.body, body)
  assert.equal(exchange.request.headers['x-twilio-signature'], req.headers['x-twilio-signature'])
  assert.equal(exchange.response?.body, '{"proxy_address":"+123456789"}')
  assert.ok((exchange.timings.firstByteMs ?? 0) <= exchange.timings.totalMs)
})

test('head and body leave in one write', async (t) => {
  const first = Promise.withResolvers<string>()
  const url = await serveRaw(t, (socket) => {
    socket.once('data', (data) => {
      first.resolve(data.toString('latin1'))
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}')
    })
  })
  await callCallback(question, { url, authToken })
  assert.match(await first.promise, /\r\n\r\n.*Location=GetProxyAddress/)
})

test('JSON under another content type is taken with a warning', async (t) => {
  const url = await serve(t, answerWith(200, { 'content-type': 'text/html' }, '{"proxy_address":"+123456789"}'))
  const exchange = await callCallback(question, { url, authToken })
  assert.deepEqual(exchange.json, { proxy_address: '+123456789' })
  assert.match(exchange.warnings[0] ?? '', /text\/html/)
})

test('exactly 64 kB are not too much', async (t) => {
  const body = JSON.stringify({ padding: 'x'.repeat(65_536 - 14) })
  assert.equal(body.length, 65_536)
  const url = await serve(t, answerWith(200, json, body))
  assert.equal((await callCallback(question, { url, authToken })).error, undefined)
})

test('user and password of the URL are sent, signed, and shown without the password', async (t) => {
  const heard: IncomingMessage[] = []
  const base = await serve(t, (req, res) => {
    heard.push(req)
    res.writeHead(200, json).end('{}')
  })
  const url = base.replace('http://', 'http://ada:s3cr%20et@')
  const exchange = await callCallback(question, { url, authToken })
  assert.equal(heard[0]?.headers.authorization, `Basic ${Buffer.from('ada:s3cr et').toString('base64')}`)
  assert.ok(webhooks.validateRequest(authToken, String(heard[0]?.headers['x-twilio-signature']), url, { ...question }))
  assert.doesNotMatch(JSON.stringify(exchange), /s3cr|czNjc/)
})

for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '[fe80::1]', '2852039166', '0']) {
  test(`${host} is never called: 48002`, async () => {
    const { error } = await callCallback(question, { url: `http://${host}/`, authToken, timeoutMs: 500 })
    assert.equal(error?.code, 48002)
    assert.match(error?.detail ?? '', /must not be called/)
  })
}

for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.1.2.3', '[::ffff:192.168.0.1]', '[fc00::1]']) {
  test(`${host} is not called where private addresses are forbidden: 48002`, async () => {
    const options = { url: `http://${host}:9/`, authToken, allowPrivateAddresses: false }
    assert.equal((await callCallback(question, options)).error?.code, 48002)
  })
}

test('a name that leads to loopback is called by default', async (t) => {
  const url = await serve(t, answerWith(200, json, '{}'))
  const exchange = await callCallback(question, { url: url.replace('127.0.0.1', 'localhost'), authToken })
  assert.equal(exchange.error, undefined)
  assert.ok((exchange.timings.dnsMs ?? -1) >= 0)
})

test('a caller who gives up is told what was sent and for how long it was waited, and nothing of the service', async (t) => {
  const controller = new AbortController()
  const url = await serve(t, () => controller.abort(new Error('enough')))
  const { givenUp, error, request, timings } = await callCallback(question, {
    url,
    authToken,
    signal: controller.signal,
  })
  assert.deepEqual([givenUp, error, request.url], [true, undefined, url])
  assert.ok(timings.totalMs > 0)
  // Nothing is sent for a caller who has given up before.
  await assert.rejects(callCallback(question, { url, authToken, signal: controller.signal }), /enough/)
})

const inProcess: [name: string, code: number | undefined, transport: (request: Request) => Promise<Response>][] = [
  ['answers', undefined, async () => Response.json({ proxy_address: '+123456789' })],
  ['throws', 48004, () => Promise.reject(new Error('no'))],
  ['redirects', 48004, async () => Response.redirect('http://example.com/', 302)],
  ['hangs', 48005, () => new Promise(() => {})],
  ['hangs in the body', 48005, async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))],
  [
    'never ends',
    48003,
    async () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(16_384)) })),
  ],
]
for (const [name, code, transport] of inProcess) {
  test(`a service in the same process that ${name} is ${code ?? 'understood'}`, async () => {
    const url = 'https://app.example.com/integration/callbacks/outgoing-conversation'
    const options = { url, authToken, transport, timeoutMs: code === 48005 ? 100 : 6_000 }
    const exchange = await callCallback(question, options)
    assert.equal(exchange.error?.code, code)
  })
}
