import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showProgress } from './progress.ts'

function watch(isTTY: boolean) {
  const stage = { now: 0, written: '' }
  const stream = { isTTY, write: (text: string) => (stage.written += text) }
  return { stage, progress: showProgress(stream, () => stage.now) }
}

test('on a terminal one line is written over, not more often than can be read, and taken away', () => {
  const { stage, progress } = watch(true)
  for (let n = 0; n < 250; n++) {
    progress.show(`compared ${n}`)
    stage.now++
  }
  progress.clear()
  progress.clear()
  const lines = stage.written.split('\r\u001b[K')
  assert.deepEqual(lines, ['', 'compared 0', 'compared 100', 'compared 200', ''])
  progress.show('again')
  assert.match(stage.written, /again$/)
})

test('where nobody watches nothing is written', () => {
  const { stage, progress } = watch(false)
  progress.show('compared 1')
  progress.clear()
  assert.equal(stage.written, '')
})
