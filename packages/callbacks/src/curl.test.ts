import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { toCurl } from './curl.ts'

/** What a shell hands to curl. */
function argumentsIn(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', timeout: 5_000 }).split('\0').slice(0, -1)
}

test('the shell hands curl exactly the request', () => {
  const url = `https://example.com/a'b?x=$(id)&y=\`id\`&z[]={1}`
  const body = `Worker=it's "$HOME" \\ !%20\n;`
  const line = toCurl({
    method: 'POST',
    url,
    headers: { host: 'example.com', 'content-length': '9', connection: 'close', 'x-twilio-signature': "a'b=" },
    body,
  })
  const expected = ['--globoff', '-X', 'POST', url, '-H', "x-twilio-signature: a'b=", '--data-raw', body]
  assert.deepEqual(argumentsIn(line), expected)
})
