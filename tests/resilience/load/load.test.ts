import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCluster } from '../nodes/cluster.ts'
import { putLoadOn } from './load.ts'

test('of 60 starts at once towards 15 pairs, at three nodes, each pair gets one conversation', async (t) => {
  const cluster = await startCluster(3)
  t.after(cluster.close)
  const { asked, wrong } = await putLoadOn(cluster, { starts: 60, workers: 6, pairs: 15 })
  assert.deepEqual(wrong, [])
  assert.equal(asked.filter(({ body }) => body.reused === false).length, 15)
})
