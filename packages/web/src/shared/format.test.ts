import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelName, dayName, duration, shortTime } from './format.ts'
import { initialsOf, toneOf } from './people.ts'
import { formatAddress } from './phone.ts'

/** Local times, so that the day does not depend on where the test runs. */
const now = new Date(2026, 2, 12, 0, 5)
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()

test('lists show the time today, then yesterday, the weekday, and the date', () => {
  assert.equal(shortTime(at(2026, 2, 12, 0, 1), now, 'en-GB'), '00:01')
  assert.equal(shortTime(at(2026, 2, 11, 23, 59), now, 'en-GB'), 'Yesterday')
  assert.equal(shortTime(at(2026, 2, 8, 12, 0), now, 'en-GB'), 'Sun')
  assert.equal(shortTime(at(2026, 1, 3, 12, 0), now, 'en-GB'), '3 Feb')
  assert.equal(shortTime(at(2025, 11, 3, 12, 0), now, 'en-GB'), '3 Dec 2025')
})

test('a clock that is a little ahead still says the time', () => {
  assert.equal(shortTime(at(2026, 2, 12, 0, 30), now, 'en-GB'), '00:30')
  assert.equal(dayName(at(2026, 2, 12, 0, 30), now), 'Today')
})

test('a time that cannot be read is left out', () => {
  assert.equal(shortTime('', now), '')
  assert.equal(dayName('soon', now), '')
})

test('durations are in the unit that is read fastest', () => {
  assert.deepEqual([0, 8.4, 1234, 125_000].map(duration), ['<1 ms', '8 ms', '1.2 s', '2 min 5 s'])
})

test('a channel that nobody knows is shown as the service names it', () => {
  assert.equal(channelName('whatsapp'), 'WhatsApp')
  assert.equal(channelName('carrier-pigeon'), 'carrier-pigeon')
})

const initials: [name: string, shown: string][] = [
  ['Ada Lovelace', 'AL'],
  ['  Émile   de la Fontaine ', 'ÉF'],
  ['Prince', 'P'],
  ['(Dr.) Mei Tanaka', 'DT'],
  ['نور الهدى', 'نا'],
  ['🦊', '🦊'],
  ['', '?'],
]
for (const [name, shown] of initials) {
  test(`the initials of ${JSON.stringify(name)} are ${shown}`, () => {
    assert.equal(initialsOf(name), shown)
  })
}

test('a name always has the same of the seven tones', () => {
  for (const [name] of initials) {
    assert.equal(toneOf(name), toneOf(name))
    assert.ok(toneOf(name) >= 0 && toneOf(name) < 7)
  }
})

test('numbers are grouped as in their country; what is no number is left as it is', () => {
  assert.equal(formatAddress('whatsapp:+442079460958'), '+44 20 7946 0958')
  assert.equal(formatAddress('+123456789'), '+1 23456789')
  assert.equal(formatAddress('12345'), '12345')
  assert.equal(formatAddress('ada.lovelace'), 'ada.lovelace')
})
