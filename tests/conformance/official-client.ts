import RequestClient from 'twilio/lib/base/RequestClient.js'

export const twilioOrigin = 'https://conversations.twilio.com'

/** The official client with its own HTTP, led to another origin (and path). */
export class Redirected extends RequestClient {
  readonly #origin: string
  constructor(origin: string) {
    super()
    this.#origin = origin
  }
  override request<T>(options: RequestClient.RequestOptions<T>) {
    return super.request<T>({ ...options, uri: options.uri.replace(twilioOrigin, this.#origin) })
  }
}
