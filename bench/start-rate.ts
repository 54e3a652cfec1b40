/** How many starts a second reach the disk, beside the commits that they consist of. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BenchApp, openApp } from './app.ts'
import { answerCallback } from './customers.ts'
import { median, ms, quantile } from './numbers.ts'
import { type Ratio, say, table } from './report.ts'
import { openStream } from './streams.ts'
import { listen } from './upstream/listen.ts'
import { type Commit, createReplay, readCommits } from './writes/replay.ts'

const concurrent = 16
/** A worker has at most 1,000 open conversations, the warm-up's included. */
const rounds = 4
const startsARound = 190
/** On a disk that is quick to sync, most of a start is processor time. */
const atMost = 5

type Round = { from: number; to: number; latencies: number[]; answeredMs: number; settledMs: number }

/**
 * First the writes of some rounds are recorded. Then, in turns, a round is run and the same round's writes are written
 * again by SQLite alone, into files of the same kind on the same disk.
 */
export async function benchStartRate(): Promise<Ratio[]> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-bench-'))
  const service = await listen(async (request) =>
    Response.json(answerCallback(new URLSearchParams(await request.text()))),
  )
  const callbackUrl = `${service.url}/callback`
  try {
    const recorded = await record(callbackUrl, join(folder, 'writes'))
    return await compare(callbackUrl, folder, recorded)
  } finally {
    service.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What was committed in a round, and between the round before and this one. */
type Recorded = { before: Commit[]; round: Commit[] }

async function record(callbackUrl: string, path: string): Promise<Recorded[]> {
  const preload = `--import=${new URL('writes/record.ts', import.meta.url).href}`
  const app = await open(callbackUrl, { NODE_OPTIONS: preload, BENCH_WRITES: path })
  const times: Round[] = []
  for (let round = 0; round <= rounds; round++) times.push(await runRound(app, round))
  await app.stop()
  const commits = readCommits(path)
  const between = (from: number, to: number) => commits.filter(({ at }) => at >= from && at < to)
  const [, ...counted] = times
  return counted.map(({ from, to }, index) => ({
    before: between(counted[index - 1]?.to ?? 0, from),
    round: between(from, to),
  }))
}

async function compare(callbackUrl: string, folder: string, recorded: Recorded[]): Promise<Ratio[]> {
  const replay = createReplay(folder)
  const app = await open(callbackUrl)
  const runs: Round[] = []
  const bareMs: number[] = []
  try {
    await runRound(app, 0)
    for (const [index, { before, round }] of recorded.entries()) {
      replay.commit(before)
      // Connections that were closed while nothing else could run are noticed before they are used.
      await delay(10)
      runs.push(await runRound(app, index + 1))
      bareMs.push(replay.commit(round))
    }
  } finally {
    await app.stop()
    replay.close()
  }
  return judge(
    runs,
    bareMs,
    recorded.flatMap(({ round }) => round),
  )
}

async function open(callbackUrl: string, environment: NodeJS.ProcessEnv = {}): Promise<BenchApp> {
  const app = await openApp(callbackUrl, { FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0', ...environment })
  await openStream(app.firstline.url, app.session.cookie)
  return app
}

async function runRound(app: BenchApp, round: number): Promise<Round> {
  const ids = Array.from({ length: startsARound }, (_, index) => String(round * startsARound + index + 1))
  await inParallel(ids, app.look)
  await app.settled()
  const latencies: number[] = []
  const from = performance.timeOrigin + performance.now()
  const begun = performance.now()
  await inParallel(ids, async (id) => {
    const asked = performance.now()
    await app.start(id)
    latencies.push(performance.now() - asked)
  })
  const answeredMs = performance.now() - begun
  await app.settled()
  const settledMs = performance.now() - begun
  return { from, to: from + settledMs, latencies, answeredMs, settledMs }
}

async function inParallel(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<void> {
  const left = ids.values()
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      for (const id of left) await work(id)
    }),
  )
}

function judge(runs: Round[], bareMs: number[], commits: Commit[]): Ratio[] {
  const total = rounds * startsARound
  const byFile = Map.groupBy(commits, ({ file }) => file)
  say(`Starts, ${concurrent} at a time, on the embedded engine with SQLite: ${rounds} rounds of ${startsARound}.`)
  say()
  const perStart = (all: Commit[]) => (all.length / total).toFixed(1)
  const files = [...byFile].map(([file, all]) => [file, perStart(all)])
  say(table(['commits for each start', ''], [...files, ['together', perStart(commits)]]))
  say()
  const rows = runs.map(({ latencies, answeredMs, settledMs }, index) => [
    String(index + 1),
    (startsARound / (answeredMs / 1000)).toFixed(1),
    ms(median(latencies)),
    ms(quantile(latencies, 0.99)),
    ms(settledMs / startsARound),
    ms((bareMs[index] ?? Number.NaN) / startsARound),
  ])
  say(table(['round', 'starts a second', 'median', 'p99', 'with all that follows, a start', 'its commits alone'], rows))
  const ratios = runs.map(({ settledMs }, index) => settledMs / (bareMs[index] ?? Number.NaN))
  return [
    { what: 'starts with all that follows / their commits alone, median of rounds', measured: median(ratios), atMost },
  ]
}
