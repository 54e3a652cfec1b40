import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCircuit } from './circuit.ts'
import { EngineError } from './error.ts'

/** A circuit whose clock and probes are in the test's hands. */
function stage() {
  const changes: boolean[] = []
  const probes: PromiseWithResolvers<void>[] = []
  const control = {
    now: 0,
    changes,
    probes,
    circuit: createCircuit({
      probe() {
        const probe = Promise.withResolvers<void>()
        probes.push(probe)
        return probe.promise
      },
      onChange: (isOpen) => changes.push(isOpen),
      clock: (): number => control.now,
    }),
    fail(times: number) {
      for (let n = 0; n < times; n++) control.circuit.left(false)
    },
    /** Milliseconds until it may be asked again; `undefined` when it may be now. */
    async refusal(): Promise<number | undefined> {
      try {
        await control.circuit.enter()
        return undefined
      } catch (error) {
        assert.ok(error instanceof EngineError)
        assert.equal(error.outcome, 'down')
        return error.retryAfterMs
      }
    },
  }
  return control
}

test('opens after five failures in a row, and not when an answer is among them', async () => {
  const { circuit, fail, refusal, changes } = stage()
  fail(4)
  circuit.left(true)
  fail(4)
  assert.equal(await refusal(), undefined)
  assert.equal(circuit.isOpen(), false)
  fail(1)
  assert.ok(((await refusal()) ?? 0) > 0)
  assert.equal(circuit.isOpen(), true)
  assert.deepEqual(changes, [true])
})

test('an answer to what was asked before it opened does not close it', async () => {
  const { circuit, fail, changes } = stage()
  fail(5)
  circuit.left(true)
  assert.equal(circuit.isOpen(), true)
  assert.deepEqual(changes, [true])
})

test('probes with one request, however many wait for it, and lets them all through when it is answered', async () => {
  const control = stage()
  control.fail(5)
  assert.equal(control.probes.length, 0, 'while it is open nothing is asked')
  control.now += 1_000
  const waiting = [control.refusal(), control.refusal(), control.refusal()]
  assert.equal(control.probes.length, 1)
  control.probes[0]?.resolve()
  assert.deepEqual(await Promise.all(waiting), [undefined, undefined, undefined])
  assert.deepEqual(control.changes, [true, false])
})

test('waits longer after each probe that fails, half a minute at most, and anew from the beginning once it was closed', async () => {
  const control = stage()
  control.fail(5)
  const pauses: number[] = []
  for (let n = 0; n < 8; n++) {
    control.now += (await control.refusal()) ?? 0
    const next = control.refusal()
    control.probes.at(-1)?.reject(new Error('nobody there'))
    pauses.push((await next) ?? 0)
  }
  for (const [n, pause] of pauses.entries()) {
    const longest = Math.min(30_000, 2_000 * 2 ** n)
    assert.ok(pause >= longest * 0.75 && pause <= longest, `${pause} ms after probe ${n + 1}`)
  }
  assert.deepEqual(control.changes, [true])

  control.now += 30_000
  const closing = control.refusal()
  control.probes.at(-1)?.resolve()
  assert.equal(await closing, undefined)
  control.fail(5)
  assert.ok(((await control.refusal()) ?? 0) <= 1_000)
  assert.deepEqual(control.changes, [true, false, true])
})
