import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Conversation } from '@firstline/app/api'
import { type ConversationPages, conversationsOf, withConversation, withoutConversation } from './list.ts'

function aConversation(sid: string, given: Partial<Conversation> = {}): Conversation {
  return {
    sid,
    displayName: sid,
    channel: 'sms',
    contactAddress: '+15550100001',
    proxyAddress: '+15550001111',
    state: 'active',
    unreadCount: 0,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...given,
  }
}
function pagesOf(unreadTotal: number, ...pages: Conversation[][]): ConversationPages {
  return {
    pages: pages.map((conversations) => ({ conversations, unreadTotal })),
    pageParams: pages.map((_, at) => String(at)),
  }
}
const sids = (pages: ConversationPages) => conversationsOf(pages, 'open').map(({ sid }) => sid)

test('a conversation with a new message moves to the top, from whichever page it was on', () => {
  const pages = pagesOf(0, [aConversation('CH1', { updatedAt: '2026-01-03T00:00:00Z' })], [aConversation('CH2')])
  const changed = withConversation(pages, 'open', aConversation('CH2', { updatedAt: '2026-01-04T00:00:00Z' }))
  assert.deepEqual(sids(changed), ['CH2', 'CH1'])
})

test('a conversation that is on two pages, since the list moved in between, is shown once', () => {
  assert.deepEqual(sids(pagesOf(0, [aConversation('CH1')], [aConversation('CH1'), aConversation('CH2')])), [
    'CH1',
    'CH2',
  ])
})

test('a closed conversation leaves the open ones', () => {
  const pages = pagesOf(0, [aConversation('CH1')])
  assert.deepEqual(sids(withConversation(pages, 'open', aConversation('CH1', { state: 'closed' }))), [])
})

test('the unread total follows what was read and what came in', () => {
  const pages = pagesOf(5, [aConversation('CH1', { unreadCount: 2 })])
  const total = (changed: ConversationPages) => changed.pages[0]?.unreadTotal
  assert.equal(total(withConversation(pages, 'open', aConversation('CH1', { unreadCount: 0 }))), 3)
  assert.equal(total(withConversation(pages, 'open', aConversation('CH1', { unreadCount: 3 }))), 6)
  assert.equal(total(withoutConversation(pages, 'CH1')), 3)
})
