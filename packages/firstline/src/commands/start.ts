import type { Configuration } from '../configuration.ts'
import type { House } from '../house.ts'
import { createLog } from '../log.ts'
import { hasSamples, isLocalOnly, samplePassword, seedSamples } from '../samples.ts'
import { type RunningServer, startServer } from '../server.ts'
import { isWebsiteBuilt } from '../website.ts'
import { OperatorError, say } from './say.ts'

/** The whole drain; what is not finished by then is picked up at the next start. */
const drainWithinMs = 12_000

/** `firstline start`: serves until SIGINT or SIGTERM, then drains and exits 0. */
export async function start(configuration: Configuration): Promise<void> {
  if (!isWebsiteBuilt())
    throw new OperatorError('The web app is not built. Run `npm run build --workspace @firstline/web`.')
  const log = createLog(configuration.logLevel)
  const running = await startServer(configuration, log, (house) => prepare(house, configuration))
  let draining = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // npm passes Ctrl-C on, so it comes twice.
    process.on(signal, () => {
      if (draining) return
      draining = true
      void drain(running)
    })
  }
  await greet(running, configuration)
}

async function drain(running: RunningServer): Promise<void> {
  setTimeout(() => process.exit(0), drainWithinMs).unref()
  say('Finishing what is under way …')
  await running.close()
  process.exit(0)
}

async function prepare(house: House, configuration: Configuration): Promise<void> {
  await seedSamples(house, configuration)
  if (configuration.administrator) await house.app.people.ensureAdministrator(configuration.administrator)
}

async function greet({ house }: RunningServer, configuration: Configuration): Promise<void> {
  const { people } = house.app
  say('')
  say(`  Firstline is at ${configuration.publicUrl}`)
  if (!(await people.hasAdministrator())) {
    const link = await people.createSetupLink()
    say('')
    say('  Set up the first administrator (the link works for 15 minutes):')
    say(`  ${link}`)
  }
  if (hasSamples(configuration) && isLocalOnly(configuration)) {
    say('')
    say(`  Or sign in as a sample worker: amira.haddad@harbourpine.example, password ${samplePassword}`)
  }
  say('')
}
