import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { signRequest, verifySignature } from './signature.ts'

// https://www.twilio.com/docs/usage/security#validating-requests
const published = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  token: '12345',
  params: new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  }),
  signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
}

test('makes the published signature', () => {
  assert.equal(signRequest(published.url, published.params, published.token), published.signature)
})

test('the order of the parameters does not matter', () => {
  assert.equal(signRequest(published.url, [...published.params].reverse(), published.token), published.signature)
})

const url = 'https://app.example.com/callback?x=1'
const params = fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 8 })

test('the official package accepts what is signed here, repeated and odd names included', () => {
  fc.assert(
    fc.property(params, (given) => {
      const grouped: Record<string, string[]> = {}
      for (const [name, value] of given) {
        Object.defineProperty(grouped, name, {
          value: [...(Object.hasOwn(grouped, name) ? (grouped[name] ?? []) : []), value],
          enumerable: true,
          configurable: true,
        })
      }
      assert.ok(webhooks.validateRequest('secret', signRequest(url, given, 'secret'), url, grouped))
    }),
  )
})

test('what is signed is verified, and with another token, URL or value it is not', () => {
  fc.assert(
    fc.property(params, fc.string({ minLength: 1 }), (given, token) => {
      const signature = signRequest(url, given, token)
      const request = { url, params: given, signature, authTokens: [token] }
      assert.ok(verifySignature(request))
      assert.ok(verifySignature({ ...request, authTokens: ['old', token] }))
      assert.ok(!verifySignature({ ...request, authTokens: [`${token}x`] }))
      assert.ok(!verifySignature({ ...request, url: `${url}1` }))
      assert.ok(!verifySignature({ ...request, params: [...given, ['Worker', 'eve']] }))
    }),
  )
})

for (const signature of [undefined, null, '', 'x', `${published.signature} `, published.signature.toLowerCase()]) {
  test(`refuses the signature ${JSON.stringify(signature)}`, () => {
    const { url, params, token } = published
    assert.equal(verifySignature({ url, params, signature, authTokens: [token] }), false)
  })
}

for (const authTokens of [[], ['']]) {
  test(`does not verify without a secret: ${JSON.stringify(authTokens)}`, () => {
    assert.throws(() => verifySignature({ ...published, authTokens }), TypeError)
  })
}

test('an empty token beside a real one opens nothing', () => {
  const signature = signRequest(published.url, published.params, '')
  assert.equal(verifySignature({ ...published, signature, authTokens: ['12345', ''] }), false)
})

const spelled: [signed: string, verified: string, holds: boolean][] = [
  ['https://example.com', 'https://example.com/', true],
  ['https://example.com?a=1', 'https://example.com/?a=1', true],
  ['https://example.com/x#part', 'https://example.com/x', true],
  ['https://example.com:443/x', 'https://example.com/x', true],
  ['https://example.com/x', 'https://example.com:443/x', true],
  ['http://example.com:80/x', 'http://example.com/x', true],
  ['https://example.com:8443/x', 'https://example.com/x', false],
  ['https://example.com:80/x', 'https://example.com/x', false],
  ['https://example.com/x/', 'https://example.com/x', false],
  ['http://example.com/x', 'https://example.com/x', false],
]
for (const [signed, verified, holds] of spelled) {
  test(`signed as ${signed} it ${holds ? 'holds' : 'does not hold'} for ${verified}`, () => {
    const signature = signRequest(signed, [['a', '1']], 'secret')
    assert.equal(verifySignature({ url: verified, params: [['a', '1']], signature, authTokens: ['secret'] }), holds)
  })
}
