/** What can be said of the image and of compose.yaml without a container engine. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { variables } from '../../packages/firstline/src/configuration.ts'
import { startFirstline } from '../support/firstline.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const dockerfile = read('Dockerfile')
const compose = read('compose.yaml')

/** The list after an instruction, which is JSON. */
function list(instruction: RegExp): string[] {
  const [, json = '[]'] = instruction.exec(dockerfile) ?? []
  return JSON.parse(json)
}

test('what the Dockerfile copies out of the tree is there, and is not left out of the build', () => {
  const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
  assert.ok(sources.includes('packages') && sources.includes('package-lock.json'))
  assert.deepEqual(
    sources.filter((path) => !existsSync(root + path)),
    [],
  )
  const ignored = read('.dockerignore').split('\n')
  assert.deepEqual(
    sources.filter((path) => ignored.includes(path)),
    [],
  )
})

test('the command of the image starts what is there, and as nobody in particular', () => {
  const [node, main = '', ...rest] = list(/^CMD (\[.+\])$/m)
  assert.equal(node, 'node_modules/.bin/node')
  assert.ok(existsSync(root + main))
  assert.deepEqual(rest, ['start'])
  assert.match(dockerfile, /^USER [1-9]\d*:[1-9]\d*$/m)
})

test('the health check passes while Firstline runs, and fails when it does not', async (t) => {
  const [, ...program] = list(/^HEALTHCHECK .*? CMD (\[.+\])$/m)
  const check = async (PORT: string) => {
    const child = spawn(process.execPath, program, { env: { ...process.env, PORT }, stdio: 'ignore' })
    return (await once(child, 'exit'))[0]
  }
  const firstline = await startFirstline()
  t.after(() => firstline.stop())
  const { port } = new URL(firstline.url)
  assert.equal(await check(port), 0)
  await firstline.stop()
  assert.equal(await check(port), 1)
})

for (const folder of globSync('packages/*', { cwd: root }).filter((path) => basename(path) !== 'web')) {
  test(`${folder} needs at run time only what is left when development's packages are gone`, () => {
    const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`))
    const files = globSync(`${folder}/src/**/*.ts`, { cwd: root }).filter(
      (path) => !/(\.test|\/testing)\.ts$/.test(path),
    )
    const missing = files.flatMap((path) =>
      [...read(path).matchAll(/^(?:import|export) (?!type )(?:[^'\n]|\n(?! *import))*?from '([^'.][^']*)'/gm)]
        .map(([, name = '']) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name) && !(name in dependencies))
        .map((name) => `${path}: ${name}`),
    )
    assert.deepEqual(missing, [])
  })
}

test('compose.yaml sets only variables that are read, and mounts only what is there', () => {
  const set = [...compose.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name = '']) => name)
  assert.ok(set.includes('DATABASE_URL'))
  assert.deepEqual(
    set.filter((name) => !(name in variables) && !name.startsWith('POSTGRES_')),
    [],
  )
  const mounted = [...compose.matchAll(/'\.\/([^:']+):/g)].map(([, path = '']) => path)
  assert.deepEqual(mounted, ['docs/deploying/Caddyfile'])
  assert.ok(existsSync(`${root}${mounted[0]}`))
})
