import type { AppOptions } from '../context.ts'

/**
 * The address of whoever asks: the socket's other end, or, behind a proxy that is to be trusted, the last entry of
 * `X-Forwarded-For`. The last one is what that proxy saw; those before it are whatever the client claimed.
 */
export function clientAddress(
  options: Pick<AppOptions, 'trustProxy' | 'remoteAddress'>,
  request: Request,
): string | undefined {
  if (options.trustProxy) {
    const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
    if (forwarded) return forwarded
  }
  return options.remoteAddress?.(request)
}
