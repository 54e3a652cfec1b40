import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownUrl } from './shown-url.ts'

test('masks a password, however it is written', () => {
  assert.equal(shownUrl('https://ada:s3cr%40t@example.com/crm?a=1'), 'https://ada:***@example.com/crm?a=1')
  assert.equal(shownUrl('http://:secret@10.0.0.3:8080/'), 'http://:***@10.0.0.3:8080/')
})

test('leaves everything else to the letter', () => {
  for (const url of ['https://Example.com:443/A', 'https://ada@example.com/', 'built-in', '', 'no url']) {
    assert.equal(shownUrl(url), url)
  }
})
