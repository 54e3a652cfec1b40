/** All points, one after the other, and what has become of each: once for a test, more often for the proof. */

import type { DatabaseKind } from '../../support/place.ts'
import { afterEverything, type BrokenOff, breakOffApp, breakOffAtWrite, breakOffEngine } from './break-off.ts'
import { type Judgement, judge } from './judge.ts'
import { allPoints, enginePoints, type Point } from './points.ts'
import { createWorld, type World } from './world.ts'

const asOne = 'app and engine are killed as one process'
export const arrangements = ['the app is killed', 'the engine is killed', asOne] as const
export type Arrangement = (typeof arrangements)[number]

/** More than a start makes; the loops beside it write, too. */
const mostWrites = 60
/** Fewer than a start makes, whichever database it is on. */
const leastWrites = 8

export type Outcome = Judgement & {
  readonly arrangement: Arrangement
  readonly kind: DatabaseKind
  /** How many starts had to be broken off, each at a place of its own. */
  readonly planned: number
  /** What was still under way or waited when patience ended. */
  readonly waiting: number
  readonly check: { readonly code: number | null; readonly printed: string }
}

/** @param extent how often each point; where it is not the app alone that is killed, only `every` so many. */
export async function sweep(
  arrangement: Arrangement,
  kind: DatabaseKind,
  extent: { runs: number; every: number },
): Promise<Outcome> {
  const world = await createWorld(kind, arrangement === asOne ? 'one process' : 'two processes')
  try {
    const all: BrokenOff[] = []
    let planned = 0
    for (let run = 1; run <= extent.runs; run++) {
      if (arrangement === asOne) {
        all.push(...(await stopAtWrites(world, run, extent.every)))
        planned = Math.floor(leastWrites / extent.every)
        continue
      }
      const points = pointsOf(arrangement, { run, every: extent.every })
      all.push(...(await stopAtPoints(world, arrangement, points, run)))
      planned = Math.max(planned, points.length)
    }
    const waiting = await world.settle()
    const judgement = await judge(world, all)
    await world.settle()
    return { ...judgement, arrangement, kind, planned, waiting, check: await world.check() }
  } catch (error) {
    console.error(world.app().printed())
    throw error
  } finally {
    await world.close()
  }
}

async function stopAtPoints(
  world: World,
  arrangement: Arrangement,
  points: readonly Point[],
  run: number,
): Promise<BrokenOff[]> {
  const breakOff = arrangement === 'the engine is killed' ? breakOffEngine : breakOffApp
  const all: BrokenOff[] = []
  for (const [index, point] of points.entries()) all.push(await breakOff(world, point, `point-${run}-${index}`))
  return all
}

/** Where a run breaks starts off: what one leaves out, another takes. */
function pointsOf(arrangement: Arrangement, { run, every }: { run: number; every: number }): Point[] {
  const points = arrangement === 'the app is killed' ? allPoints() : enginePoints()
  return points.filter((_, index) => (index + run) % every === 0)
}

/** Before and after each write; where not every write has its turn, the one or the other. */
async function stopAtWrites(world: World, run: number, every: number): Promise<BrokenOff[]> {
  const all: BrokenOff[] = []
  for (const because of [undefined, 'the callback fails'] as const) {
    for (let nth = 1 + (run % every); nth <= mostWrites; nth += every) {
      const turn = (nth + run) % 2 === 0 ? 'before' : 'after'
      const here: BrokenOff[] = []
      for (const moment of every === 1 ? (['before', 'after'] as const) : ([turn] as const)) {
        const key = `write-${run}-${because ? 'fails' : 'succeeds'}-${nth}-${moment}`
        here.push(await breakOffAtWrite(world, { nth, moment }, key, because))
      }
      all.push(...here)
      if (here.every(({ name }) => name === afterEverything)) break
    }
  }
  return all
}

/** Everything that is not as it should be, a line each. */
export function faultsOf({ arrangement, kind, planned, verdicts, orphans, waiting, check }: Outcome): string[] {
  const where = `${arrangement}, ${kind}`
  const places = new Set(verdicts.map(({ broken }) => broken.name).filter((name) => name !== afterEverything))
  const faults = verdicts.flatMap(({ broken, leftOver, unfinished, wrong }) => [
    ...[...leftOver, ...wrong].map((what) => `${where}: ${broken.name}: ${what}`),
    ...(unfinished ? [`${where}: ${broken.name}: unfinished`] : []),
  ])
  // Otherwise nothing would be wrong where nothing was tried.
  if (places.size < planned) faults.push(`${where}: starts were broken off at ${places.size} places, not ${planned}`)
  for (const sid of orphans) faults.push(`${where}: ${sid} belongs to nobody`)
  if (waiting > 0) faults.push(`${where}: ${waiting} still wait`)
  if (check.code !== 0) faults.push(`${where}: firstline check: ${check.printed}`)
  return faults
}
