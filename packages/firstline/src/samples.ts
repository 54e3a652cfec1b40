import { sampleWorkers } from '@firstline/integration'
import type { Configuration } from './configuration.ts'
import type { House } from './house.ts'

/** Known to everybody who reads the documentation, so it opens the door only where nobody else can knock. */
export const samplePassword = 'harbour-and-pine'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Whether the server can be reached from this machine only. */
export function isLocalOnly({ host, publicUrl }: Configuration): boolean {
  return loopback.has(host) && loopback.has(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''))
}

/** Whether sample workers and customers are wanted. Never with Twilio: nobody is to write to them from real numbers. */
export function hasSamples({ twilio, samples }: Configuration): boolean {
  return !twilio && samples
}

/**
 * Fills a first start on the embedded engine with sample workers and their customers, so that there is something
 * to try. The samples' password is set only where the server is reached from this machine alone; elsewhere an
 * administrator invites them.
 */
export async function seedSamples(house: House, configuration: Configuration): Promise<void> {
  if (!hasSamples(configuration)) return
  await house.integration.seedSamples(sampleWorkers)
  const { people } = house.app
  const password = isLocalOnly(configuration) ? samplePassword : undefined
  for (const { displayName, identity } of sampleWorkers) {
    if (await people.findWorkerByIdentity(identity)) continue
    await people.addWorker({ email: identity, identity, displayName, role: 'worker', ...(password && { password }) })
  }
}
