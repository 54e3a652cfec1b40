import { parseArgs } from 'node:util'
import { startCluster } from './cluster.ts'
import { judgeTraffic } from './judge.ts'
import { closeTraffic, runTraffic } from './traffic.ts'

/** Three nodes, 60 browsers, 2,000 messages each way, while a node after the other is killed and restarted. */
export async function proveNodes(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '3' },
      workers: { type: 'string', default: '20' },
      messages: { type: 'string', default: '50' },
      kills: { type: 'string', default: '9' },
    },
  })
  const messages = Number(values.messages)
  const plan = {
    workers: Number(values.workers),
    browsersEach: 3,
    conversationsEach: 2,
    messages,
    kills: Number(values.kills),
  }
  const cluster = await startCluster(Number(values.nodes))
  try {
    const traffic = await runTraffic(cluster, plan)
    const verdict = await judgeTraffic(cluster, traffic, messages)
    closeTraffic(traffic)
    const { counts, seconds } = traffic
    const each = traffic.conversations.length * messages
    console.table({
      nodes: cluster.nodes.length,
      'kills and restarts': counts.kills,
      conversations: traffic.conversations.length,
      'messages from workers': each,
      'messages from customers': each,
      'messages in the engine': verdict.messages,
      seconds: Math.round(seconds),
      'requests to send': counts.tries,
      'requests cut off': counts.cutOff,
      'requests answered 502 or 503': counts.unavailable,
      streams: verdict.streams,
      'connections of the streams': verdict.connections,
      'events seen': verdict.events,
      wrong: verdict.wrong.length,
    })
    for (const line of verdict.wrong.slice(0, 50)) console.log(line)
    if (verdict.wrong.length > 0) console.log(cluster.printed())
    return verdict.wrong.length === 0
  } finally {
    await cluster.close()
  }
}
