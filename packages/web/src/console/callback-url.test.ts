import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callbackUrlProblem, travelsInTheOpen } from './callback-url.ts'

for (const url of [
  'https://example.com/callbacks',
  'http://localhost:4000',
  'http://10.0.0.3:8080/a?tenant=1',
  'https://[2001:db8::1]/x',
  ' https://example.com ',
  'https://user:secret@example.com',
]) {
  test(`accepts ${url}`, () => assert.equal(callbackUrlProblem(url), undefined))
}

for (const [url, says] of [
  ['', /address of your server/],
  ['example.com/callbacks', /Start with https/],
  ['localhost:4000', /Start with https/],
  ['https:example.com', /Start with https/],
  ['https://', /Start with https/],
  ['https://exa mple.com', /spaces/],
  ['ftp://example.com', /Only https/],
  ['https://example.com/#part', /after #/],
  ['https://example.com/#', /after #/],
] as const) {
  test(`refuses ${url || 'an empty address'}`, () => assert.match(callbackUrlProblem(url) ?? '', says))
}

test('warns of http to another machine, not of http to this one', () => {
  assert.equal(travelsInTheOpen('http://example.com'), true)
  assert.equal(travelsInTheOpen('http://localhost:3000'), false)
  assert.equal(travelsInTheOpen('http://127.0.0.1:3000'), false)
  assert.equal(travelsInTheOpen('https://example.com'), false)
})
