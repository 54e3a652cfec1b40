import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallbackExchange, CallbackPage } from '@firstline/app/api'
import { exchangesOf, withNewest } from './callback-list.ts'

function page(ids: string, nextCursor?: string): CallbackPage {
  return { exchanges: [...ids].map(exchange), ...(nextCursor && { nextCursor }) }
}
function exchange(exchangeId: string): CallbackExchange {
  return {
    exchangeId,
    location: 'GetProxyAddress',
    worker: 'ada@example.com',
    at: '2026-03-01T10:00:00.000Z',
    request: { method: 'POST', url: 'https://example.com', headers: {}, body: '' },
    timings: { totalMs: 1 },
    warnings: [],
    outcome: 'ok',
    verdict: { ok: true },
    curl: '',
  }
}
const ids = (pages: CallbackPage[] | undefined) =>
  pages?.map(({ exchanges }) => exchanges.map(({ exchangeId }) => exchangeId).join(''))

const loaded = [page('dc', '1'), page('ba')]

test('what is new comes on top, and the pages below stay as they are', () => {
  const pages = withNewest(loaded, page('fed', '1'))
  assert.deepEqual(ids(pages), ['fedc', 'ba'])
  assert.equal(pages?.[0]?.nextCursor, '1')
})

test('nothing new leaves the very same pages, so that nothing is drawn again', () => {
  assert.equal(withNewest(loaded, page('dc', '1')), loaded)
})

test('a whole page of new ones may leave a gap, so all is loaded anew', () => {
  assert.equal(withNewest(loaded, page('zyx', '1')), undefined)
})

test('the first callbacks of all make the list', () => {
  assert.deepEqual(ids(withNewest([{ exchanges: [] }], page('ba'))), ['ba'])
})

test('an exchange on two pages is listed once', () => {
  assert.deepEqual(
    exchangesOf([page('cb'), page('ba')]).map(({ exchangeId }) => exchangeId),
    ['c', 'b', 'a'],
  )
})
