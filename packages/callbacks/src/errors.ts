import { type ContractCode, contractErrors } from './error-table.ts'

/** What a `ContractError` may say instead of, or besides, what the table says about its code. */
export type ContractErrorOptions = {
  /** What happened in this very case, for the administrator: a status, a host, an address. */
  readonly detail?: string | undefined
  readonly status?: number | undefined
  readonly worker?: string | undefined
  readonly cause?: string | undefined
  readonly remedy?: string | undefined
  readonly retryable?: boolean | undefined
  /** The Conversations API's own code, when it was the one that refused. */
  readonly conversationsCode?: number | undefined
  /** Further fields for the answer, such as who holds a conversation. */
  readonly extra?: Record<string, unknown> | undefined
}

/** Whether a number is a code of the contract. */
export function isContractCode(code: unknown): code is ContractCode {
  return typeof code === 'number' && Object.hasOwn(contractErrors, code)
}

const byConversationsCode: Readonly<Record<number, ContractCode>> = {
  50407: 48025,
  50411: 48025,
  50408: 48026,
  50412: 48026,
  50409: 48027,
  50413: 48028,
  50414: 48029,
  50415: 48030,
  50416: 48031,
  50425: 48031,
  50340: 48032,
  50341: 48032,
}

/**
 * The contract's code for an error of the Conversations API.
 *
 * @param who whose participant was being added: 50214 means too many conversations for either of them.
 * @example fromConversationsError(50416) // 48031
 */
export function fromConversationsError(code: number, who: 'worker' | 'contact' = 'contact'): ContractCode {
  if (code === 50214) return who === 'worker' ? 48023 : 48024
  return byConversationsCode[code] ?? 48050
}

/**
 * A failure with a code of the contract: a sentence for the worker, a cause and a remedy for the administrator.
 *
 * @example throw new ContractError(48026, { detail: 'proxy_address is missing' })
 */
export class ContractError extends Error {
  override readonly name = 'ContractError'
  readonly code: ContractCode
  readonly title: string
  readonly status: number
  readonly worker: string
  override readonly cause: string
  readonly remedy: string
  readonly retryable: boolean
  readonly detail: string | undefined
  readonly conversationsCode: number | undefined
  readonly extra: Record<string, unknown>

  constructor(code: ContractCode, options: ContractErrorOptions = {}) {
    const known = contractErrors[code]
    super(`${code} ${known.title}${options.detail ? `: ${options.detail}` : ''}`)
    this.code = code
    this.title = known.title
    this.status = options.status ?? known.status
    this.worker = options.worker ?? known.worker
    this.cause = options.cause ?? known.cause
    this.remedy = options.remedy ?? known.remedy
    this.retryable = options.retryable ?? known.retryable
    this.detail = options.detail
    this.conversationsCode = options.conversationsCode
    this.extra = options.extra ?? {}
  }
}
