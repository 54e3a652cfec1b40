import { Counter, collectDefaultMetrics, Gauge, Histogram, type MetricObject, Registry } from 'prom-client'
import type { CallbackOutcome } from '../api.ts'
import type { EngineCall } from '../engine/transport.ts'

/** What the rooms tell of what happened; `/metrics` shows the sums. Labels never hold anything of a customer's. */
export type Metrics = {
  /** @param route the template that matched, such as `/api/conversations/:sid`. */
  requestAnswered(request: { method: string; route: string; status: number; ms: number }): void
  /** A start has been answered. `code` is the contract's, when it failed. */
  startEnded(start: { outcome: 'succeeded' | 'reused' | 'failed'; code?: number; ms: number }): void
  /** `given_up`: it ended only because another one had failed. */
  stepEnded(step: { step: string; outcome: 'done' | 'failed' | 'given_up'; ms: number }): void
  /** `code` is what was wrong, when it failed. */
  callbackMade(callback: {
    location: string
    outcome: Exclude<CallbackOutcome, 'givenUp'>
    code?: number | undefined
    ms: number
  }): void
  engineCalled(call: EngineCall): void
  /** An attempt was found in nobody's hands. */
  attemptTakenOver(): void
  /** What is measured when somebody looks, and not when it happens. */
  readonly gauges: Gauges
  /** The whole, as Prometheus reads it. */
  write(): Promise<{ text: string; contentType: string }>
  /** Every metric that there is. */
  list(): { name: string; type: string; labels: string[] }[]
}

export type Gauges = {
  readonly ready: Gauge
  readonly engineDown: Gauge
  readonly streams: Gauge
  readonly queueDepth: Gauge<'queue'>
  readonly queueOldest: Gauge<'queue'>
}

/** From 5 ms, which is quick, to 10 s, when the engine is given up on. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Makes the metrics of one app.
 *
 * @example metrics.startEnded({ outcome: 'failed', code: 48005, ms: 6_012 })
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const process = ofProcess()
  const registers = [registry]
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Histogram({ name, help, labelNames, buckets, registers })
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers })

  const requests = histogram('firstline_http_request_seconds', 'Requests to the app, until the head of the answer.', [
    'method',
    'route',
    'status',
  ])
  const starts = new Counter({
    name: 'firstline_starts_total',
    help: 'Outgoing conversations that were started or could not be, by the code of the failure.',
    labelNames: ['outcome', 'code'],
    registers,
  })
  const startSeconds = histogram('firstline_start_seconds', 'From the request to the answer of a start.', ['outcome'])
  const steps = histogram('firstline_step_seconds', 'Steps of starts.', ['step', 'outcome'])
  const callbacks = histogram(
    'firstline_callback_seconds',
    'Callbacks to integration services; verdict ok, refused or a code.',
    ['location', 'verdict'],
  )
  const engineCalls = histogram('firstline_engine_call_seconds', 'Calls of the Conversations API.', [
    'method',
    'route',
    'status',
  ])
  const takeOvers = new Counter({
    name: 'firstline_attempts_taken_over_total',
    help: 'Attempts that a process had left behind.',
    registers,
  })

  return {
    requestAnswered({ method, route, status, ms }) {
      requests.observe({ method, route, status: `${Math.trunc(status / 100)}xx` }, ms / 1000)
    },
    startEnded({ outcome, code, ms }) {
      starts.inc({ outcome, code: code ? String(code) : '' })
      startSeconds.observe({ outcome }, ms / 1000)
    },
    stepEnded({ step, outcome, ms }) {
      steps.observe({ step, outcome }, ms / 1000)
    },
    callbackMade({ location, outcome, code, ms }) {
      const answered = outcome === 'refused' ? 'refused' : 'ok'
      callbacks.observe({ location, verdict: code ? String(code) : answered }, ms / 1000)
    },
    engineCalled({ method, path, status, ms }) {
      engineCalls.observe({ method, route: engineRoute(path), status: String(status ?? 'none') }, ms / 1000)
    },
    attemptTakenOver() {
      takeOvers.inc()
    },
    gauges: {
      ready: gauge('firstline_ready', 'Whether this node can work: 1 or 0, as /readyz says.'),
      engineDown: gauge(
        'firstline_engine_down',
        'Whether this node has given up on the Conversations API for now: 1 or 0.',
      ),
      streams: gauge('firstline_event_streams', "Browsers' event streams that are open on this node."),
      queueDepth: gauge('firstline_queue_depth', 'What waits or is under way in the database that all nodes share.', [
        'queue',
      ]),
      queueOldest: gauge('firstline_queue_oldest_seconds', 'How long the oldest of a queue has been in it.', ['queue']),
    },
    async write() {
      const all = Registry.merge([registry, process])
      return { text: await all.metrics(), contentType: all.contentType }
    },
    list: () =>
      [registry, process]
        .flatMap((each) => each.getMetricsAsArray() as (MetricObject & { labelNames?: string[]; type?: string })[])
        .map(({ name, type = '', labelNames = [] }) => ({ name, type: String(type), labels: labelNames })),
  }
}

let processRegistry: Registry | undefined

/** Memory, processor time and event-loop delay belong to the process, however many apps are in it. */
function ofProcess(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry })
  }
  return processRegistry
}

/**
 * The template of a path of the Conversations API, in which names and ids take turns.
 *
 * @example engineRoute('/twilio/v1/Services/IS…/Conversations/CH…') // '/v1/Services/{sid}/Conversations/{sid}'
 */
function engineRoute(path: string): string {
  const segments = path.split('/')
  const version = segments.indexOf('v1')
  const template = segments.slice(version + 1).map((segment, index) => (index % 2 === 0 ? segment : '{sid}'))
  return `/v1/${template.join('/')}`
}
