/** Twilio's published list of Frontline errors, https://www.twilio.com/docs/api/errors; codes between do not exist. */
const table = {
  48000: {
    title: 'Invalid request',
    worker: 'The app sent something that the system did not understand. Reload the page and try again.',
    cause: 'The request is malformed or lacks a parameter.',
    remedy: 'Check the parameters. If the app itself sent this, report it as a defect.',
    status: 400,
    retryable: false,
  },
  48001: {
    title: 'Callback URL is not set',
    worker: 'This has not been set up yet. Ask your administrator to finish the set-up.',
    cause: 'No URL is configured for this callback.',
    remedy: 'Set the URL of the callback in the console, or the value "built-in".',
    status: 502,
    retryable: false,
  },
  48002: {
    title: 'Callback URL is invalid',
    worker: 'This is not set up correctly. Ask your administrator to check the settings.',
    cause: 'The configured callback URL is no http or https URL, or leads to an address that must not be called.',
    remedy: 'Correct the URL of the callback in the console.',
    status: 502,
    retryable: false,
  },
  48003: {
    title: 'Callback returned an invalid response',
    worker: "Your company's customer system gave an answer that could not be read. Tell your administrator.",
    cause: 'The answer is not JSON, has not the documented shape, or is over 64 kB.',
    remedy: 'Look at the answer in the callback log and correct the integration service.',
    status: 502,
    retryable: true,
  },
  48004: {
    title: 'Callback returned an error',
    worker: "Your company's customer system is not working right now. Try again in a moment.",
    cause: 'The integration service answered with another status than 2xx, or could not be reached.',
    remedy: 'Check that the service runs, that its address is right, and what its own log says.',
    status: 502,
    retryable: true,
  },
  48005: {
    title: 'Callback took too long',
    worker: "Your company's customer system did not answer in time. Try again in a moment.",
    cause: 'The integration service took longer than 6 seconds.',
    remedy: 'Find out what the service waits for; it has 6 seconds in all, connecting included.',
    status: 504,
    retryable: true,
  },
  48010: {
    title: 'Custom routing failed',
    worker: 'An incoming message could not be assigned to anybody.',
    cause: 'The routing callback failed or took longer than 10 seconds.',
    remedy: 'Check the service that routes incoming conversations.',
    status: 502,
    retryable: true,
  },
  48011: {
    title: 'Internal error in routing',
    worker: 'An incoming message could not be assigned to anybody.',
    cause: 'Routing of an incoming conversation failed for a reason of its own.',
    remedy: 'Look at the server log; if it stays, report it as a defect.',
    status: 500,
    retryable: true,
  },
  48023: {
    title: 'Worker is in too many conversations',
    worker: 'You are in too many open conversations. Close some that you no longer need, then try again.',
    cause: 'The worker has reached the limit of 1,000 open conversations.',
    remedy: 'Have conversations closed that are no longer needed.',
    status: 409,
    retryable: true,
  },
  48024: {
    title: 'Contact is in too many conversations',
    worker: 'This customer is in too many open conversations. Close some of them, then try again.',
    cause: 'The contact has reached the limit of open conversations.',
    remedy: 'Have conversations with this contact closed that are no longer needed.',
    status: 409,
    retryable: true,
  },
  48025: {
    title: 'Invalid contact address',
    worker: "This customer's address cannot be used. Have it corrected in the customer system.",
    cause: 'The address of the contact is not one of its channel, or the CRM does not list it for this customer.',
    remedy: 'Correct the channel in the CRM: +123456789 for sms, whatsapp:+123456789 for whatsapp.',
    status: 422,
    retryable: false,
  },
  48026: {
    title: 'Invalid proxy address',
    worker: 'There is no business number from which this customer can be written to. Tell your administrator.',
    cause: 'The outgoing conversation callback answered with no proxy_address, or with one that is not valid.',
    remedy: 'Answer with {"proxy_address": "+123456789"}, or "whatsapp:+123456789" for whatsapp.',
    status: 422,
    retryable: false,
  },
  48027: {
    title: 'Proxy address equals contact address',
    worker: 'The business number and the customer number are the same. Tell your administrator.',
    cause: "The outgoing conversation callback answered with the contact's own address.",
    remedy: "Answer with one of the business's numbers, or correct the customer's number in the CRM.",
    status: 422,
    retryable: false,
  },
  48028: {
    title: 'Proxy address may not be used',
    worker: 'The chosen business number does not belong to your company. Tell your administrator.',
    cause: 'The account may not use this proxy address: it does not own the number.',
    remedy: 'Answer with a number of the account, or add the number to the account.',
    status: 422,
    retryable: false,
  },
  48029: {
    title: 'Contact and proxy are of different channel types',
    worker: 'The business number is not one for this channel. Choose another channel or tell your administrator.',
    cause: 'The proxy address is of another channel type than the contact; a WhatsApp proxy carries "whatsapp:".',
    remedy: 'Answer with an address of the ChannelType that was asked for, prefix included.',
    status: 422,
    retryable: false,
  },
  48030: {
    title: 'Proxy is not a WhatsApp sender',
    worker: 'The business number cannot send over WhatsApp. Choose another channel or tell your administrator.',
    cause: 'The proxy address is not a WhatsApp-enabled sender.',
    remedy: 'Register the number as a WhatsApp sender, or answer with one that is.',
    status: 422,
    retryable: false,
  },
  48031: {
    title: 'Conversation already exists',
    worker: 'There is already an open conversation with this customer from this business number.',
    cause: 'A conversation that is not closed holds the same contact and proxy address.',
    remedy: 'Continue in the existing conversation, or close it first.',
    status: 409,
    retryable: false,
  },
  48032: {
    title: 'Messaging service missing',
    worker: 'Sending is not set up for this business number. Tell your administrator.',
    cause: 'No messaging service is configured for the conversations service.',
    remedy: 'Configure a messaging service for the account, or choose one that exists.',
    status: 502,
    retryable: false,
  },
  48033: {
    title: 'Invalid chat identity',
    worker: "This customer's chat name cannot be used. Have it corrected in the customer system.",
    cause:
      'The chat identity is empty, longer than 256 characters, a user SID, one of "system", "private", "unique", ' +
      "or a worker's own.",
    remedy: 'Correct the chat channel of this customer in the CRM.',
    status: 422,
    retryable: false,
  },
  48050: {
    title: 'Internal error',
    worker: 'Something went wrong on our side. Try again in a moment.',
    cause: 'An error that the contract has no code for.',
    remedy: 'Look at the server log; if it stays, report it as a defect.',
    status: 500,
    retryable: true,
  },
} as const

export type ContractCode = keyof typeof table

/** What a code means: `worker` is for the worker, `cause` and `remedy` are for the administrator. */
export type ContractErrorEntry = {
  readonly code: ContractCode
  readonly title: string
  readonly worker: string
  readonly cause: string
  readonly remedy: string
  /** The HTTP status that our own API answers with. */
  readonly status: number
  /** Whether "Try again" can help. */
  readonly retryable: boolean
}

/**
 * Every code of the contract.
 *
 * @example contractErrors[48005].worker
 */
export const contractErrors: Readonly<Record<ContractCode, ContractErrorEntry>> = Object.freeze(
  Object.fromEntries(
    Object.entries(table).map(([code, entry]) => [code, Object.freeze({ code: Number(code), ...entry })]),
  ) as Record<ContractCode, ContractErrorEntry>,
)
