import { textOf, timeOf } from './attempt-filter.ts'

export type CallbackVerdict = 'failed' | 'refused' | 'warned'
/** What of the log of callbacks is shown; each part is optional. */
export type CallbackFilter = {
  verdict?: CallbackVerdict
  location?: string
  worker?: string
  from?: string
  to?: string
}
export type Span = 'hour' | 'day' | 'week'
/** What the address of the Callbacks page holds. */
export type CallbackSearch = CallbackFilter & { span?: Span }

const verdicts: readonly CallbackVerdict[] = ['failed', 'refused', 'warned']
const spans: readonly Span[] = ['hour', 'day', 'week']

/** What cannot be a filter is left out, so that an old or mistyped link still opens. */
export function readCallbackSearch(search: Record<string, unknown>): CallbackSearch {
  const verdict = verdicts.find((each) => each === search['verdict'])
  const location = textOf(search['location'])
  const worker = textOf(search['worker'])
  const from = timeOf(search['from'])
  const to = timeOf(search['to'])
  const span = spans.find((each) => each === search['span'])
  return {
    ...(verdict && { verdict }),
    ...(location && { location }),
    ...(worker && { worker }),
    ...(from && { from }),
    ...(to && { to }),
    ...(span && { span }),
  }
}
