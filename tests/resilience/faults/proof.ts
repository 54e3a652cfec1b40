import { randomFaults } from '../../support/fault-proxy.ts'
import { type Apart, startApart } from './apart.ts'
import { findWrong } from './judge.ts'
import { type Outage, sufferOutage } from './outage.ts'
import { drive, type Traffic, type Worker } from './traffic.ts'

const seeds = [1, 2, 3, 4, 5]
const outages: Outage[] = ['nobody listens', 'nothing is answered', 'everything fails']

type Row = Record<string, string | number>

/** A bad network and an absent engine, again and again: `npm run proof -- faults [sqlite|postgres]`. */
export async function proveFaults([only]: string[]): Promise<boolean> {
  const table: Row[] = []
  const wrong: string[] = []
  const note = (row: Row, found: string[]) => {
    table.push({ ...row, wrong: found.length })
    wrong.push(...found)
    console.log(`${row['on']}, ${row['what']}: ${found.length === 0 ? 'nothing wrong' : found.join('; ')}`)
  }
  for (const kind of ['sqlite', 'postgres'] as const) {
    if (only && only !== kind) continue
    for (const seed of seeds) {
      await among(kind, async (apart, workers) => {
        apart.proxy.plan = randomFaults(seed)
        const traffic = await drive(workers, { starts: 60, atOnce: 10, messages: 3 })
        apart.proxy.plan = () => ({ kind: 'none' })
        const found = await findWrong(apart, workers, traffic)
        const { happened } = apart.proxy
        const requests = [...happened.values()].reduce((sum, times) => sum + times, 0)
        const faults = requests - (happened.get('none') ?? 0)
        note({ on: kind, what: `seed ${seed}`, requests, faults, ...countsOf(traffic) }, found)
      })
    }
    for (const outage of outages) {
      await among(kind, async (apart, workers) => {
        const plan = { starts: 60, atOnce: 6, messages: 2 }
        const { traffic, turnedAway, wrong: found } = await sufferOutage(apart, workers, outage, plan)
        const answered = `${turnedAway.status} in ${Math.round(turnedAway.ms)} ms`
        note({ on: kind, what: outage, ...countsOf(traffic), 'turned away': answered }, found)
      })
    }
  }
  console.table(table)
  return wrong.length === 0
}

async function among(
  kind: 'sqlite' | 'postgres',
  work: (apart: Apart, workers: Worker[]) => Promise<void>,
): Promise<void> {
  const apart = await startApart(kind)
  try {
    const workers: Worker[] = []
    for (const identity of ['ann@example.com', 'bob@example.com']) {
      workers.push({ identity, session: await apart.addWorker(identity) })
    }
    await work(apart, workers)
  } finally {
    await apart.close()
  }
}

function countsOf({ started, sent }: Traffic): Row {
  const succeeded = started.filter(({ status }) => status === 201).length
  return { starts: started.length, succeeded, failed: started.length - succeeded, messages: sent.length }
}
