/** All points, one after the other, and what has become of each: once for a test, more often for the proof. */

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseKind } from '../place.ts'
import { type BrokenOff, breakOffApp, breakOffAtWrite, breakOffEngine } from './break-off.ts'
import { judge, type Verdict } from './judge.ts'
import { allPoints, enginePoints } from './points.ts'
import { createWorld, type World } from './world.ts'

export type Arrangement = 'the app is killed' | 'the engine is killed' | 'app and engine are killed as one process'

export type Outcome = {
  readonly arrangement: Arrangement
  readonly kind: DatabaseKind
  readonly verdicts: readonly Verdict[]
  /** What was still under way or waited when patience ended. */
  readonly waiting: number
  readonly check: { readonly code: number | null; readonly printed: string }
}

export async function sweep(arrangement: Arrangement, kind: DatabaseKind, runs: number): Promise<Outcome> {
  const isOne = arrangement === 'app and engine are killed as one process'
  const world = await createWorld(kind, isOne ? 'one process' : 'two processes')
  try {
    const all: BrokenOff[] = []
    for (let run = 1; run <= runs; run++) all.push(...(await sweepOnce(world, arrangement, run)))
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

async function sweepOnce(world: World, arrangement: Arrangement, run: number): Promise<BrokenOff[]> {
  const all: BrokenOff[] = []
  if (arrangement === 'the app is killed') {
    for (const [at, point] of allPoints().entries()) all.push(await breakOffApp(world, point, `app-${run}-${at}`))
  } else if (arrangement === 'the engine is killed') {
    for (const [at, point] of enginePoints().entries())
      all.push(await breakOffEngine(world, point, `engine-${run}-${at}`))
  } else {
    const log = join(tmpdir(), `firstline-writes-${process.pid}-${world.kind}.log`)
    for (const because of [undefined, 'the callback fails'] as const) {
      for (let nth = 1; ; nth++) {
        const moment = (nth + run) % 2 === 0 ? 'before' : 'after'
        const key = `one-${run}-${because ? 'fails' : 'succeeds'}-${nth}`
        const broken = await breakOffAtWrite(world, { nth, moment, log }, key, because)
        all.push(broken)
        if (broken.name === 'after everything') break
      }
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
