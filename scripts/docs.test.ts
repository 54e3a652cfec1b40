import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { outdatedDocuments } from './docs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]

test('the generated documents say what the code says: else run `npm run docs`', () => {
  assert.deepEqual(outdatedDocuments(), [])
})

for (const document of documents) {
  const text = readFileSync(join(root, document), 'utf8')

  test(`every path of the tree that ${document} names is there`, () => {
    const named = [...text.matchAll(/`((?:packages|docs|tests|scripts|bench|\.ci)\/[\w./-]*)`/g)].map(
      ([, path]) => path ?? '',
    )
    assert.deepEqual(
      named.filter((path) => !existsSync(join(root, path))),
      [],
    )
  })

  test(`every link in ${document} to another document or picture leads somewhere`, () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map(([, path]) => path ?? '')
    assert.deepEqual(
      links.filter((path) => !existsSync(join(root, dirname(document), path))),
      [],
    )
  })
}

test('every npm script that a document tells to run is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const told = documents.flatMap((document) => [
    ...readFileSync(join(root, document), 'utf8').matchAll(/npm run ([\w:]+)/g),
  ])
  const missing = told.map(([, script]) => script ?? '').filter((script) => !scripts[script] && script !== 'build')
  assert.deepEqual(missing, [])
})
