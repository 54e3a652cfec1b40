import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { readConfiguration } from './configuration.ts'
import { buildHouse } from './house.ts'

for (const [token, warnings] of [
  ['short', 1],
  ['long-enough-not-to-be-guessed', 0],
] as const) {
  test(`an auth token of ${token.length} characters is taken, with ${warnings || 'no'} warning`, async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'firstline-'))
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) })
    const configuration = readConfiguration({ DATA_DIR: dataDir, FIRSTLINE_AUTH_TOKEN: token })
    const house = await buildHouse({ configuration, log })
    t.after(async () => {
      await house.close()
      await rm(dataDir, { recursive: true })
    })
    assert.equal(house.account.authToken, token)
    assert.equal(lines.length, warnings)
    assert.ok(lines.every((line) => !line.includes(`"${token}"`)))
  })
}
