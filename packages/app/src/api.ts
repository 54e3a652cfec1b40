/**
 * What goes over the app's HTTP interface, as the browser sees it. Types only: the browser imports them.
 * Times are ISO 8601 in UTC unless a name says otherwise.
 */
import type { ChannelType } from '@firstline/addresses'

export type { ChannelType }

export type Role = 'worker' | 'administrator'

/** `GET /api/me` → 200, or 401 without a session. */
export type Me = {
  /** What `Worker` carries in callbacks. Never changes, case-sensitive. */
  identity: string
  displayName: string
  email: string
  role: Role
  /** `embedded`: Firstline's own engine with a simulated carrier; the handset exists only there. */
  engine: 'embedded' | 'twilio'
}

/** Every failure: `application/problem+json`. */
export type Problem = {
  type: string
  /** The short name of what went wrong. */
  title: string
  status: number
  /** The contract's code (48000–48050), WhatsApp's 63016, or 0 when the failure is neither. */
  code: number
  /** For the worker: what happened and what to do, in plain words. */
  detail: string
  /** What an administrator has to know; workers do not get it. */
  cause?: string
  /** What an administrator can do about it. */
  remedy?: string
  /** Whether "Try again" can help. */
  retryable: boolean
  /** When to try again, if that is known; also in the header `Retry-After`. */
  retryAfterSeconds?: number
  requestId: string
  attemptId?: string
  /** With 48031: who holds the conversation, when a colleague does. */
  holder?: { displayName: string; identity: string }
}

export type CustomerSummary = { customerId: string; displayName: string; avatar?: string }

/** `GET /api/customers?query=&pageToken=` */
export type CustomerPage = { customers: CustomerSummary[]; nextPageToken?: string; searchable: boolean }

export type CustomerChannel = {
  /** As the service names it: `sms`, `whatsapp`, `chat`, or one that cannot be started (`email`, `phone`, …). */
  type: string
  value: string
  startable: boolean
}
/** `href` is there only for `https:` and `mailto:`. */
export type CustomerLink = { displayName: string; type: string; href?: string; text: string }

/** `GET /api/customers/:customerId` */
export type CustomerDetails = {
  customer: CustomerSummary & {
    channels: CustomerChannel[]
    links: CustomerLink[]
    details?: { title: string; content: string }
  }
  /** The worker's own conversations with this customer, newest first. */
  conversations: Conversation[]
}

/** In the order of the contract, with the check before it. */
export const stepNames = ['checkCustomer', 'createConversation', 'getProxyAddress', 'addCustomer', 'addWorker'] as const
export type StepName = (typeof stepNames)[number]
export type StepOutcome = 'pending' | 'running' | 'done' | 'failed' | 'undoing' | 'undone'
export type Step = {
  name: StepName
  outcome: StepOutcome
  startedAt?: string
  ms?: number
  /** It failed only because another one had. */
  givenUp?: true
}
/** `undoing`: it failed and what it had made is being taken back. `succeeded` and `failed` are final. */
export type AttemptState = 'running' | 'undoing' | 'succeeded' | 'failed'

/** `POST /api/outgoing-conversations` with `Idempotency-Key` → 201, or a problem. */
export type StartRequest = { customerId: string; channel: { type: ChannelType; value: string } }
export type StartResult = {
  conversationSid: string
  /** `null` for chat. */
  proxyAddress: string | null
  attemptId: string
  /** The worker is in a conversation that was already there. */
  reused: boolean
}
/** `GET /api/outgoing-conversations?idempotencyKey=` → its worker's own start. */
export type OwnStart = {
  attemptId: string
  idempotencyKey: string
  request: StartRequest
  customer: CustomerSummary
  state: AttemptState
  startedAt: string
  steps: Step[]
  result?: StartResult
  problem?: Problem
  /** The step that failed first, also when it has been taken back since. */
  failedAt?: StepName
}

export type ConversationState = 'active' | 'inactive' | 'closed'
export type Conversation = {
  sid: string
  displayName: string
  avatar?: string
  customerId?: string
  channel: ChannelType
  contactAddress: string
  /** The business's address; `null` for chat. */
  proxyAddress: string | null
  state: ConversationState
  unreadCount: number
  lastMessage?: { body: string; direction: Message['direction']; at: string; status: MessageStatus }
  createdAt: string
  /** Of the last message, or of the creation. The list is sorted by it, newest first. */
  updatedAt: string
}
/** `GET /api/conversations?state=open|closed|all&pageToken=` */
export type ConversationPage = { conversations: Conversation[]; nextPageToken?: string; unreadTotal: number }
/** `GET /api/conversations/:sid` */
export type ConversationDetails = {
  conversation: Conversation
  /** The workers in it. */
  workers: { identity: string; displayName: string }[]
  /** Whether free text may be sent now; outside WhatsApp's 24-hour window only approved templates may. */
  window: { freeText: true; closesAt?: string } | { freeText: false; reason: string }
}

export type MessageStatus = 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered' | 'received'
export type Message = {
  /** `null` until the engine has taken it. */
  sid: string | null
  /** The sender's `Idempotency-Key`, on messages that this app sent: ties the optimistic message to the real one. */
  key?: string
  conversationSid: string
  /** Ascending, may skip; `null` until the engine has taken it. */
  index: number | null
  direction: 'inbound' | 'outbound'
  author: { displayName: string; identity: string }
  body: string
  fromTemplate: boolean
  createdAt: string
  status: MessageStatus
  /** With `failed` and `undelivered`: why, in plain words. `retryable`: the same text may be sent again. */
  failure?: { code: number; title: string; detail: string; retryable: boolean }
}
/** `GET /api/conversations/:sid/messages?before=<index>&limit=` → the newest, oldest first. */
export type MessagePage = { messages: Message[]; hasEarlier: boolean }
/** `POST /api/conversations/:sid/messages` with `Idempotency-Key` → 201 `{message}`. */
export type SendRequest =
  | { body: string }
  | { template: { content: string; contentSid?: string; contentVariables?: string } }

/** `GET /api/conversations/:sid/templates` */
export type TemplateCategories = {
  categories: {
    displayName: string
    templates: { content: string; whatsAppApproved: boolean; contentSid?: string; contentVariables?: string }[]
  }[]
}

/** `GET /api/events`: server-sent events; `id` resumes by `Last-Event-ID`, `event` is the type, `data` this. */
export type AppEvents = {
  /** A conversation of this worker, new or changed. */
  conversation: Conversation
  /** The worker is no longer in this conversation, or it is gone. */
  'conversation.removed': { sid: string }
  message: Message
  /** Progress of this worker's own start. */
  start: OwnStart
  /** Administrators only: an attempt, new or changed. */
  attempt: Attempt
  /** Administrators only: a callback was made. */
  callback: { exchangeId: string }
  /** What was asked for is too old: load everything anew. */
  reset: Record<string, never>
}

// The console, administrators only.

export type CallbackName = 'outgoingConversation' | 'crm' | 'templates'
/** `GET`/`PUT /api/console/settings`; each an http(s) URL or `built-in`. `PUT` leaves what it does not name. */
export type Settings = {
  outgoingConversationCallbackUrl: string
  crmCallbackUrl: string
  templatesCallbackUrl: string
}
/** What `GET /api/console/settings` adds for the screen. */
export type SettingsView = Settings & {
  engine: Me['engine']
  /** Where the engine must send its webhooks. */
  webhookUrl: string
  builtInAvailable: boolean
  /** For how many days attempts and callbacks are kept. */
  retentionDays: number
}

/**
 * What a callback came to. `warned`: the answer could be used, but something was off. `refused`: the service said no as
 * the contract provides for it, which is no failure of the callback. `givenUp`: the start had failed elsewhere.
 */
export type CallbackOutcome = 'ok' | 'warned' | 'refused' | 'givenUp' | 'failed'

/** One callback as it was on the wire, secrets masked. */
export type CallbackExchange = {
  exchangeId: string
  outcome: CallbackOutcome
  location: string
  worker: string
  at: string
  request: { method: 'POST'; url: string; headers: Record<string, string>; body: string }
  response?: { status: number; headers: Record<string, string>; body: string; truncated: boolean }
  timings: { totalMs: number; dnsMs?: number; connectMs?: number; firstByteMs?: number }
  warnings: string[]
  verdict: Verdict
  curl: string
  /** The start it belongs to. */
  attemptId?: string
}
export type Verdict =
  | { ok: true }
  | { ok: false; code: number; title: string; cause: string; remedy: string; detail: string }

/** `POST /api/console/probe` */
export type ProbeRequest = {
  callback: CallbackName
  /** Instead of the one in the settings. */
  url?: string
  location: string
  params: Record<string, string>
}
/** An exchange that is not part of a start, with what was understood of the answer. */
export type ProbeResult = CallbackExchange & { understood?: unknown }

/**
 * `GET /api/console/attempts?cursor=&worker=&customer=&state=&code=&from=&to=&search=`: every filter is optional.
 * `worker` is an identity; `customer` matches id or name; `from` and `to` are ISO 8601; `search` is an attempt's id,
 * a conversation's, participant's or request's SID, whole.
 */
export type AttemptPage = { attempts: Attempt[]; nextCursor?: string }
export type AttemptFilter = {
  worker?: string
  customer?: string
  state?: AttemptState
  code?: number
  from?: string
  to?: string
  search?: string
}
export type Attempt = {
  attemptId: string
  /** The identity, as the callbacks carry it. */
  worker: string
  workerName: string
  customer: CustomerSummary
  channel: { type: ChannelType; value: string }
  state: AttemptState
  startedAt: string
  /** Until the answer, in milliseconds. */
  ms?: number
  code?: number
  title?: string
  reused?: boolean
  conversationSid?: string
  proxyAddress?: string | null
  /** The step that failed first. */
  failedAt?: StepName
  steps: AttemptStep[]
}
export type AttemptStep = Step & {
  /** From the start of the attempt, in milliseconds. */
  offsetMs?: number
  /** Why it failed. */
  detail?: string
}
/** `GET /api/console/attempts/:attemptId` */
export type AttemptDetails = {
  attempt: Attempt
  problem?: Problem
  /** What the CRM said may be from up to a minute before: a start goes on with what its worker has just seen. */
  exchanges: CallbackExchange[]
  /** The requests to the engine, in order. */
  calls: AttemptCall[]
  /** What the sweeper and the undoing did, in order. */
  notes: { at: string; text: string }[]
}
export type AttemptCall = {
  step?: StepName
  method: string
  path: string
  startedAt: string
  ms: number
  /** Absent when no answer came. */
  status?: number
  /** The engine's error code, when it refused. */
  code?: number
  /** Twilio's id of the request (`RQ…`), to quote to their support. */
  requestId?: string
}

/**
 * `GET /api/console/callbacks?cursor=&location=&verdict=&worker=&from=&to=`. `verdict` is an outcome; `from` is
 * included, `to` is not.
 */
export type CallbackPage = { exchanges: CallbackExchange[]; nextCursor?: string }

/**
 * `GET /api/console/callbacks/health?span=hour|day|week`: how each callback does, in slices of the span, of which the
 * first and the last need not be whole. What administrators try is not counted, nor is what had no URL to go to or was
 * given up.
 */
export type CallbackHealth = {
  span: 'hour' | 'day' | 'week'
  callbacks: {
    callback: CallbackName
    total: number
    failed: number
    /** Milliseconds; absent without a call. */
    p50?: number
    p95?: number
    /** Oldest first. */
    slices: { from: string; total: number; failed: number; p50?: number; p95?: number }[]
  }[]
}
/**
 * `GET /api/console/callbacks/trouble`: callbacks whose last calls (three at least, the newest within a day) to the URL
 * in the settings all failed, for the banner. A try that succeeds ends it, and so does a refusal.
 */
export type CallbackTrouble = {
  troubles: {
    callback: CallbackName
    url: string
    failures: number
    since: string
    code: number
    title: string
    remedy: string
  }[]
}

/** `GET /api/console/audit?cursor=` → who changed settings or workers, newest first. */
export type AuditPage = { entries: AuditEntry[]; nextCursor?: string }
export type AuditEntry = {
  id: string
  at: string
  by: { identity: string; displayName: string }
  /** What was changed: `settings`, or a worker by name. */
  subject: { kind: 'settings' } | { kind: 'worker'; identity: string; displayName: string }
  action: 'changed' | 'added' | 'deactivated' | 'reactivated' | 'invited'
  /** Field by field; never a password or a token. */
  changes: { field: string; from: string | null; to: string | null }[]
}

/** `GET /api/console/workers` → `{workers}`; `POST` `NewWorker` → 201 `InvitedWorker`. */
export type Worker = {
  id: string
  identity: string
  displayName: string
  email: string
  role: Role
  /** `invited`: has not set a password yet. */
  state: 'active' | 'invited' | 'deactivated'
  createdAt: string
}
/** Also what `POST /api/console/workers/:id/invitation` answers: a new link, which replaces the one before. */
export type InvitedWorker = { worker: Worker; invitationUrl: string; expiresAt: string }
export type NewWorker = { email: string; displayName: string; identity?: string; role: Role }
/** `PATCH /api/console/workers/:id` */
export type WorkerChange = { role?: Role; active?: boolean }

/** `POST /api/invitations/look` `{token}` */
export type Invitation = { kind: 'setup' } | { kind: 'invitation'; email: string; displayName: string }
/** `POST /api/invitations/accept` → 200 with a session cookie. `email` and `displayName` only with `setup`. */
export type AcceptInvitation = { token: string; password: string; email?: string; displayName?: string }

// The handset, administrators only, embedded engine only.

/** `GET /api/handset/phones` → `{phones}` */
export type Phone = { address: string; displayName: string; channel: ChannelType; lastActivityAt: string }
/** `GET /api/handset/phones/:address` → `{threads}` */
export type PhoneThread = {
  /** `null` for chat. */
  proxyAddress: string | null
  conversationSid?: string
  channel: ChannelType
  /** Whether a reply would arrive in a conversation. */
  open: boolean
  messages: { sid: string; from: 'customer' | 'business'; body: string; at: string }[]
}
/** `POST /api/handset/messages` → 201 */
export type HandsetMessage = {
  messageId: string
  from: string
  to: string | null
  conversationSid?: string
  body: string
}
