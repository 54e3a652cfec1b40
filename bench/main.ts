/** `npm run bench` measures all, `npm run bench -- start|events|memory` one. Exits 1 when a stated ratio is missed. */
import { parseArgs } from 'node:util'
import { benchEvents } from './events.ts'
import { benchMemory } from './memory.ts'
import { holds, type Ratio, say, verdicts } from './report.ts'
import { benchStartLatency } from './start-latency.ts'
import { benchStartRate } from './start-rate.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } })
const minutes = Number(values.minutes ?? (positionals.length > 0 ? 10 : 0.5))
const benches: Record<string, (() => Promise<Ratio[]>)[]> = {
  start: [benchStartLatency, benchStartRate],
  events: [benchEvents],
  memory: [() => benchMemory(minutes)],
}
const names = positionals.length > 0 ? positionals : Object.keys(benches)
if (!(minutes > 0) || !names.every((name) => Object.hasOwn(benches, name))) {
  console.error(`npm run bench -- [${Object.keys(benches).join('|')}] [--minutes 10]`)
  process.exit(1)
}

const ratios: Ratio[] = []
for (const bench of names.flatMap((name) => benches[name] ?? [])) {
  ratios.push(...(await bench()))
  say()
}
say(verdicts(ratios))
say()
const passed = ratios.filter(holds).length
say(`${passed} passed, ${ratios.length - passed} failed`)
// What is still open, such as streams, ends with this.
process.exit(passed === ratios.length ? 0 : 1)
