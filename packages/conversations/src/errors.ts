/**
 * The errors that the engine answers with: Twilio's codes, statuses and titles
 * (https://www.twilio.com/docs/api/errors; statuses as the live API was seen to answer).
 */
const errors = {
  20001: [400, 'Invalid parameter'],
  20003: [401, 'Authenticate'],
  20004: [405, 'Method not allowed'],
  /** For what a pre-action webhook rejected, and the default service. Which codes Twilio has there is not established. */
  20403: [403, 'Forbidden'],
  20404: [404, 'The requested resource was not found'],
  20413: [413, 'Request is too large'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'An internal server error has occurred'],
  20503: [503, 'Service unavailable'],
  50003: [400, 'Friendly name too long'],
  50004: [400, 'Unique name too long'],
  50207: [400, 'Identity too long'],
  50214: [409, 'User conversation limit exceeded'],
  50303: [400, 'Attributes too long'],
  50304: [400, 'Attributes not valid JSON'],
  50353: [409, 'Conversation with provided unique name already exists'],
  50374: [400, "'State' field can't be empty"],
  50375: [400, 'TimeToInactive should be greater or equal to 1 minute'],
  50376: [400, 'TimeToClosed should be greater or equal to 10 minutes'],
  50377: [400, "Can't update conversation as it's in final closed state"],
  50379: [400, 'TimeToInactive format is invalid'],
  50380: [400, 'TimeToClosed format is invalid'],
  50384: [400, "Initial state can't be 'closed'"],
  50390: [400, 'Unique name should not match conversation sid pattern'],
  50407: [400, 'Invalid messaging binding address'],
  50408: [400, 'Invalid participant proxy address'],
  50409: [400, 'Participant address and proxy address cannot be the same'],
  50411: [400, 'Participant address is empty'],
  50412: [400, 'Participant proxy address is empty'],
  50413: [400, 'Proxy address is not a Twilio number of this account'],
  50414: [400, 'Participant address type does not match proxy address type'],
  50415: [400, 'Proxy address is not a WhatsApp-enabled sender'],
  50416: [409, 'A binding for this participant and proxy address already exists'],
  50417: [400, 'Participants limit exceeded'],
  50418: [400, 'Non-Chat participants limit exceeded'],
  50433: [409, 'Participant already exists'],
  50451: [400, 'Please, use either Identity or Address'],
  50504: [400, 'Message body parameter is too long'],
  50540: [400, 'Content variable key is too long'],
  50541: [400, 'Content variable value is too long'],
} as const satisfies Record<number, readonly [status: number, title: string]>

export type RestErrorCode = keyof typeof errors

/** An answer other than the one that was asked for; `code` and `status` are stable, the message is for people. */
export class RestError extends Error {
  readonly code: RestErrorCode
  readonly status: (typeof errors)[RestErrorCode][0]
  readonly retryAfterSeconds: number | undefined

  constructor(code: RestErrorCode, message?: string, options: { retryAfterSeconds?: number } = {}) {
    super(message ?? errors[code][1])
    this.name = 'RestError'
    this.code = code
    this.status = errors[code][0]
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  /** Twilio's error body. */
  toBody() {
    const more_info = `https://www.twilio.com/docs/errors/${this.code}`
    return { code: this.code, message: this.message, more_info, status: this.status }
  }
}

export function notFound(path: string): RestError {
  return new RestError(20404, `The requested resource ${path} was not found`)
}

/** For what Twilio's API takes and this engine does not: refused, rather than ignored. */
export function unsupported(parameter: string): RestError {
  return new RestError(20001, `Parameter '${parameter}' is not supported by this engine`)
}
