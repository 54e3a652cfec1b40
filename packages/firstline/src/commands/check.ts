import type { Finding, Progress, Report } from '@firstline/app'
import { databaseExists } from '@firstline/database'
import type { Configuration } from '../configuration.ts'
import { buildHouse, type House, listRooms, locate, OlderDataError } from '../house.ts'
import { createLog } from '../log.ts'
import { showProgress } from './progress.ts'
import { OperatorError, say } from './say.ts'

/** What a finding is about, for the person at the terminal. */
const subjects: Record<Finding['kind'], string> = {
  attempt: 'Attempt',
  hold: 'Attempt',
  orphan: 'Conversation',
  unknown: 'Conversation',
  gone: 'Conversation',
  different: 'Conversation',
}

/**
 * `firstline check [--mend]`: compares the data with itself and with the Conversations API, says what is wrong, and
 * with `--mend` mends it. Servers may run meanwhile. The exit code is 0 when nothing is (left) wrong, else 1.
 */
export async function check(configuration: Configuration, args: string[]): Promise<void> {
  const [option, ...more] = args
  if ((option !== undefined && option !== '--mend') || more.length > 0) {
    throw new OperatorError('Usage: firstline check [--mend]')
  }
  await requireData(configuration)
  const house = await open(configuration)
  const progress = showProgress(process.stderr)
  const onProgress = (at: Progress) => progress.show(inWords(at))
  try {
    const { app } = house
    let report = await app.check(onProgress)
    progress.clear()
    sayAll(report, option ? 'Mending' : 'To mend')
    if (option && report.findings.length > 0) {
      await app.mend(report, onProgress)
      report = await app.check(onProgress)
      progress.clear()
      say('')
      sayAll(report, 'Left to mend')
    }
    if (report.findings.length > 0) process.exitCode = 1
  } catch (error) {
    if ((error as Error).name !== 'EngineError') throw error
    throw new OperatorError(`The Conversations API could not be asked: ${(error as Error).message}`)
  } finally {
    progress.clear()
    await house.close()
  }
}

/** A look must not make what it looks for. */
async function requireData(configuration: Configuration): Promise<void> {
  const { postgres, dataDir } = configuration
  for (const room of listRooms(configuration)) {
    if (await databaseExists(locate(configuration, room))) continue
    throw new OperatorError(
      postgres
        ? `There is nothing to check at DATABASE_URL: it has no schema "${room}".`
        : `There is nothing to check in ${dataDir}: it has no ${room}.sqlite. Set DATA_DIR.`,
    )
  }
}

async function open(configuration: Configuration): Promise<House> {
  try {
    return await buildHouse({ configuration, log: createLog(configuration.logLevel), leaveTables: true })
  } catch (error) {
    if (!(error instanceof OlderDataError)) throw error
    throw new OperatorError('The data is of an older version of Firstline: start this one on it first, then check.')
  }
}

function inWords({ doing, done, all }: Progress): string {
  if (doing === 'listing') return 'listing the conversations'
  const verb = doing === 'comparing' ? 'compared' : 'looked again at'
  return `${verb} ${done.toLocaleString('en')} of ${all.toLocaleString('en')} conversations`
}

function sayAll(report: Report, heading: string): void {
  const { attempts, underWay, conversations, messages, findings } = report
  say(`Checked: ${attempts} attempts, ${conversations} conversations, ${messages} messages.`)
  if (underWay > 0) say(`Under way, or to be looked at again by a server that runs: ${underWay}.`)
  say(findings.length === 0 ? 'Everything is as it should be.' : `${heading}: ${findings.length}`)
  for (const { kind, id, detail, remedy } of findings) {
    say(`- ${subjects[kind]} ${id} ${detail} → ${remedy ?? 'look at it yourself: nothing is done by itself'}`)
  }
}
