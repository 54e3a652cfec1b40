import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { faultsOfABadDay, randomFaults } from '../../support/fault-proxy.ts'
import { type Apart, startApart } from './apart.ts'
import { findWrong } from './judge.ts'
import { sufferOutage } from './outage.ts'
import { drive, type Worker } from './traffic.ts'

/** With this one there has been every kind of fault after 27 requests. */
const seed = 264

suite('app and engine apart', () => {
  let apart: Apart
  const workers: Worker[] = []
  before(async () => {
    apart = await startApart('sqlite')
    for (const identity of ['ann@example.com', 'bob@example.com']) {
      workers.push({ identity, session: await apart.addWorker(identity) })
    }
  })
  after(() => apart?.close())

  test('whatever the network does, each start and message comes to one end, once and in order', async () => {
    apart.proxy.plan = randomFaults(seed)
    const traffic = await drive(workers, { starts: 12, atOnce: 4, messages: 2 })
    apart.proxy.plan = () => ({ kind: 'none' })
    for (const fault of faultsOfABadDay) assert.ok(apart.proxy.happened.has(fault), `never: ${fault}`)
    assert.deepEqual(await findWrong(apart, workers, traffic), [])
    assert.ok(traffic.started.filter(({ status }) => status === 201).length >= 8)
  })

  test('an engine that goes away is left alone, and what had begun is ended when it is back', async () => {
    const { turnedAway, traffic, wrong } = await sufferOutage(apart, workers, 'nobody listens', {
      starts: 15,
      atOnce: 4,
      messages: 1,
    })
    assert.deepEqual(wrong, [])
    assert.deepEqual([turnedAway.status, turnedAway.body.code, turnedAway.body.retryable], [503, 48050, true])
    assert.ok(Number(turnedAway.retryAfter) > 0)
    assert.ok(traffic.started.some(({ status }) => status === 201))
  })
})
