import { createWorld } from './world.ts'
import { allPoints, nameOf } from './points.ts'
import { breakOff } from './break-off.ts'
import { judge, settle, startAnew } from './judge.ts'
const t0=performance.now()
const lap=(s:string)=>console.log(((performance.now()-t0)/1000).toFixed(1), s)
const world = await createWorld('sqlite','two processes')
lap('up')
try {
  const all=[]
  for (const p of allPoints()) { all.push(await breakOff(world,p,`k-${all.length}`)); lap(nameOf(p)) }
  lap('unfinished '+await settle(world))
  const v = await judge(world, all)
  await startAnew(world, v)
  for (const {broken,start,answer,wrong} of v) console.log(nameOf(broken.point).padEnd(70), start?.state, broken.answered?.status, answer?.status, answer?.body.code, wrong.join('; '))
} catch (e) { console.error(e); console.log(world.app().printed().slice(-3000)) } finally { await world.close() }
