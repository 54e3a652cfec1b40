import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeToGo } from './place-to-go.ts'

const cases: [to: string | undefined, place: string][] = [
  [undefined, '/conversations'],
  ['/customers?query=ada', '/customers?query=ada'],
  ['https://elsewhere.example', '/conversations'],
  ['//elsewhere.example', '/conversations'],
  ['/\\elsewhere.example', '/conversations'],
  ['/sign-in?to=/sign-in', '/conversations'],
]
for (const [to, place] of cases) {
  test(`after signing in, ${to ?? 'nothing'} leads to ${place}`, () => {
    assert.equal(placeToGo(to), place)
  })
}
