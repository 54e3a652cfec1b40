import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, readConfiguration } from './configuration.ts'

test('needs nothing', () => {
  const configuration = readConfiguration({})
  assert.equal(configuration.publicUrl, 'http://localhost:3000')
  assert.equal(configuration.host, '127.0.0.1')
  assert.equal(configuration.twilio, undefined)
  assert.equal(configuration.postgres, undefined)
  assert.equal(configuration.administrator, undefined)
})

test('an empty variable is an absent one', () => {
  assert.equal(readConfiguration({ PORT: '', DATABASE_URL: ' ' }).port, 3000)
})

test('the public URL follows the port, and is only an origin', () => {
  assert.equal(readConfiguration({ PORT: '8080' }).publicUrl, 'http://localhost:8080')
  assert.equal(
    readConfiguration({ PUBLIC_URL: 'https://firstline.example.com/' }).publicUrl,
    'https://firstline.example.com',
  )
})

const wrong: [name: string, value: string][] = [
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['PUBLIC_URL', 'firstline.example.com'],
  ['PUBLIC_URL', 'https://firstline.example.com/app'],
  ['PUBLIC_URL', 'ftp://firstline.example.com'],
  ['TRUST_PROXY', 'yes'],
  ['DATABASE_URL', 'mysql://localhost/firstline'],
  ['DATABASE_POOL_SIZE', '0'],
  ['FIRSTLINE_ADMIN_EMAIL', 'nobody'],
  ['FIRSTLINE_ADMIN_PASSWORD', 'short'],
  ['FIRSTLINE_ACCOUNT_SID', 'AC123'],
  ['FIRSTLINE_ACCOUNT_SID', `ac${'0'.repeat(32)}`],
  ['FIRSTLINE_SENDERS', '+1555,call me'],
  ['TWILIO_ACCOUNT_SID', 'SK00000000000000000000000000000000'],
  ['TWILIO_CONVERSATIONS_SERVICE_SID', 'IS1'],
  ['TWILIO_BASE_URL', 'localhost'],
  ['START_LEASE_MS', '10'],
  ['FIRSTLINE_RETENTION_DAYS', '0'],
  ['START_SETTLE_MS', 'soon'],
  ['LOG_LEVEL', 'loud'],
]
for (const [name, value] of wrong) {
  test(`refuses ${name}=${value} in one line that names it`, () => {
    assert.throws(
      () => readConfiguration({ [name]: value }),
      (error: unknown) =>
        error instanceof ConfigurationError &&
        error.message.startsWith(`${name} is wrong`) &&
        !error.message.includes('\n'),
    )
  })
}

test('halves of a pair are refused, and the missing one is named', () => {
  assert.throws(
    () => readConfiguration({ FIRSTLINE_ADMIN_EMAIL: 'ada@example.com' }),
    /FIRSTLINE_ADMIN_PASSWORD is missing/,
  )
  const twilio = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'secret' }
  assert.throws(() => readConfiguration(twilio), /TWILIO_CONVERSATIONS_SERVICE_SID is missing/)
})

test('an account may be written as its owner has it', () => {
  const accountSid = `AC${'0123456789ABCDEF'.repeat(2)}`
  const given = { FIRSTLINE_ACCOUNT_SID: accountSid, FIRSTLINE_AUTH_TOKEN: 'short', PREVIOUS_AUTH_TOKEN: 'shorter' }
  const { account, previousAuthToken } = readConfiguration(given)
  assert.deepEqual([account, previousAuthToken], [{ accountSid, authToken: 'short' }, 'shorter'])
})

test('a secret that is refused is not repeated', () => {
  assert.throws(
    () => readConfiguration({ FIRSTLINE_ADMIN_PASSWORD: 'hunter2' }),
    (error: Error) => !error.message.includes('hunter2'),
  )
})

test('senders are a list', () => {
  const { senders } = readConfiguration({ FIRSTLINE_SENDERS: '+15550001111, whatsapp:+15550001111,12345' })
  assert.deepEqual(senders, ['+15550001111', 'whatsapp:+15550001111', '12345'])
})
