/** All points, one after the other, and what has become of each: once for a test, more often for the proof. */

import type { DatabaseKind } from '../../support/place.ts'
import { afterEverything, type BrokenOff, breakOffApp, breakOffAtWrite, breakOffEngine } from './break-off.ts'
import { judge, type Verdict } from './judge.ts'
import { allPoints, enginePoints } from './points.ts'
import { createWorld, type World } from './world.ts'

const asOne = 'app and engine are killed as one process'
export const arrangements = ['the app is killed', 'the engine is killed', asOne] as const
export type Arrangement = (typeof arrangements)[number]

/** More than a start makes; the loops beside it write, too. */
const mostWrites = 60

export type Outcome = {
  readonly arrangement: Arrangement
  readonly kind: DatabaseKind
  readonly verdicts: readonly Verdict[]
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
    for (let run = 1; run <= extent.runs; run++) {
      if (arrangement === asOne) all.push(...(await stopAtWrites(world, run, extent.every)))
      else all.push(...(await stopAtPoints(world, arrangement, { run, every: extent.every })))
    }
    const waiting = await world.settle()
    const verdicts = await judge(world, all)
    await world.settle()
    return { arrangement, kind, verdicts, waiting, check: await world.check() }
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
  { run, every }: { run: number; every: number },
): Promise<BrokenOff[]> {
  const isEngine = arrangement === 'the engine is killed'
  const all: BrokenOff[] = []
  for (const [index, point] of (isEngine ? enginePoints() : allPoints()).entries()) {
    if (isEngine && (index + run) % every !== 0) continue
    const key = `point-${run}-${index}`
    all.push(await (isEngine ? breakOffEngine(world, point, key) : breakOffApp(world, point, key)))
  }
  return all
}

async function stopAtWrites(world: World, run: number, every: number): Promise<BrokenOff[]> {
  const all: BrokenOff[] = []
  for (const because of [undefined, 'the callback fails'] as const) {
    for (let nth = 1 + (run % every); nth <= mostWrites; nth += every) {
      const moment = (nth + run) % 2 === 0 ? 'before' : 'after'
      const key = `write-${run}-${because ? 'fails' : 'succeeds'}-${nth}`
      const broken = await breakOffAtWrite(world, { nth, moment }, key, because)
      all.push(broken)
      if (broken.name === afterEverything) break
    }
  }
  return all
}

/** Everything that is not as it should be, a line each. */
export function faultsOf({ arrangement, kind, verdicts, waiting, check }: Outcome): string[] {
  const where = `${arrangement}, ${kind}`
  const faults = verdicts.flatMap(({ broken, leftOver, unfinished, wrong }) => [
    ...[...leftOver, ...wrong].map((what) => `${where}: ${broken.name}: ${what}`),
    ...(unfinished ? [`${where}: ${broken.name}: unfinished`] : []),
  ])
  if (waiting > 0) faults.push(`${where}: ${waiting} still wait`)
  if (check.code !== 0) faults.push(`${where}: firstline check: ${check.printed}`)
  return faults
}
