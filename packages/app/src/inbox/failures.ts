import type { Message } from '../api.ts'

type Failure = NonNullable<Message['failure']>

/** What to say when the code is not one of these. */
const unknownFailure: Omit<Failure, 'code'> = {
  title: 'Not delivered',
  detail: 'The message could not be delivered. Try again, or reach the customer in another way.',
  retryable: true,
}

/**
 * Why messages fail, for workers. Codes below 40000 and the 63xxx are the carrier's
 * (https://www.twilio.com/docs/api/errors), the 50xxx and 20xxx are the Conversations API's.
 */
const failures: Readonly<Record<number, Omit<Failure, 'code'>>> = {
  20404: {
    title: 'The conversation is gone',
    detail: 'This conversation no longer exists, so nothing can be sent in it. Start a new one with the customer.',
    retryable: false,
  },
  21211: {
    title: 'Not a number that can be reached',
    detail: 'The customer’s number does not exist. Check it with the customer or in the customer’s record.',
    retryable: false,
  },
  21408: {
    title: 'Country not allowed',
    detail: 'Your company’s account may not send messages to this country. Ask your administrator.',
    retryable: false,
  },
  21610: {
    title: 'The customer unsubscribed',
    detail: 'The customer answered STOP to this number, so no messages may be sent until they answer START.',
    retryable: false,
  },
  21611: {
    title: 'Too many messages are waiting',
    detail: 'Your company’s number has too many messages waiting. Try again in a few minutes.',
    retryable: true,
  },
  21614: {
    title: 'Not a mobile number',
    detail: 'The customer’s number cannot receive text messages. Reach the customer in another way.',
    retryable: false,
  },
  21617: {
    title: 'Too long',
    detail: 'The message is longer than 1,600 characters. Shorten it, or send it in parts.',
    retryable: false,
  },
  30001: {
    title: 'Too many messages are waiting',
    detail: 'Your company’s number has too many messages waiting. Try again in a few minutes.',
    retryable: true,
  },
  30002: {
    title: 'The account is suspended',
    detail: 'Your company’s messaging account is suspended. Tell your administrator.',
    retryable: false,
  },
  30003: {
    title: 'The phone cannot be reached',
    detail: 'The customer’s phone is switched off or has no reception. Try again later.',
    retryable: true,
  },
  30004: {
    title: 'Blocked',
    detail:
      'The carrier or the customer blocks messages from your company’s number. Reach the customer in another way.',
    retryable: false,
  },
  30005: {
    title: 'Unknown number',
    detail: 'The customer’s number is not in use any more. Check it with the customer or in the customer’s record.',
    retryable: false,
  },
  30006: {
    title: 'Landline or unreachable carrier',
    detail:
      'The customer’s number is a landline, or its carrier takes no text messages. Reach the customer in another way.',
    retryable: false,
  },
  30007: {
    title: 'Filtered as unwanted',
    detail: 'The carrier took the message for unwanted advertising. Put it in other words, without links.',
    retryable: false,
  },
  30008: {
    title: 'Not delivered',
    detail: 'The carrier could not deliver the message and did not say why. Try again.',
    retryable: true,
  },
  30034: {
    title: 'The company’s number is not registered',
    detail: 'Carriers refuse messages from your company’s number until it is registered. Tell your administrator.',
    retryable: false,
  },
  50377: {
    title: 'The conversation is closed',
    detail: 'Nothing can be sent in a closed conversation. Start a new one with the customer.',
    retryable: false,
  },
  50504: {
    title: 'Too long',
    detail: 'The message is longer than this channel takes. Shorten it, or send it in parts.',
    retryable: false,
  },
  63003: {
    title: 'Not on WhatsApp',
    detail: 'The customer’s number is not on WhatsApp. Reach the customer over SMS.',
    retryable: false,
  },
  63013: {
    title: 'Against WhatsApp’s rules',
    detail: 'WhatsApp refused the message as against its rules. Put it in other words.',
    retryable: false,
  },
  63016: {
    title: 'WhatsApp needs a template',
    detail:
      'More than 24 hours have passed since the customer’s last message, so WhatsApp takes only an approved template. Choose one.',
    retryable: false,
  },
  63018: {
    title: 'Too many messages at once',
    detail: 'WhatsApp takes no more messages from your company’s number for now. Try again in a few minutes.',
    retryable: true,
  },
  63024: {
    title: 'Not on WhatsApp',
    detail: 'The customer’s number is not on WhatsApp. Reach the customer over SMS.',
    retryable: false,
  },
  63032: {
    title: 'WhatsApp limits this message',
    detail: 'WhatsApp does not let this customer be sent such messages at the moment. Reach the customer over SMS.',
    retryable: false,
  },
}

/**
 * Why a message failed, in plain words.
 *
 * @param code the carrier's or the Conversations API's; 0 when none was given.
 * @example failureOf(30003).title // 'The phone cannot be reached'
 */
export function failureOf(code: number): Failure {
  return { code, ...(failures[code] ?? unknownFailure) }
}
