import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

const docs = new URL('../../../../docs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8')

type Panel = { id: number; title: string; type: string; targets?: { expr: string }[] }
const dashboard = JSON.parse(read('grafana-dashboard.json')) as { uid: string; panels: Panel[] }
const shown = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr })))
const alerts = read('alerts.yaml')
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((rule) => ({
    where: rule.slice(0, rule.indexOf('\n')),
    expr: /expr: ([\s\S]*?)\n {8}for: /.exec(rule)?.[1] ?? '',
    rule,
  }))

const metrics = createMetrics().list()
const own = metrics.filter(({ name }) => name.startsWith('firstline_'))
/** Prometheus puts these on by itself. */
const scraped = ['job', 'instance', 'le']

/** The metrics that an expression names, with the labels by which it selects. */
function named(expr: string): { series: string; labels: string[] }[] {
  return [...expr.matchAll(/\b((?:firstline|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, series = '', given = '']) => ({
      series,
      labels: [...given.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? ''),
    }),
  )
}

function metricOf(series: string) {
  const direct = metrics.find(({ name, type }) => name === series && type !== 'histogram')
  return (
    direct ??
    metrics.find(
      ({ name, type }) =>
        type === 'histogram' && series.replace(/_(bucket|sum|count)$/, '') === name && series !== name,
    )
  )
}

for (const [document, expressions] of [
  ['the dashboard', shown],
  ['the alerts', alerts],
] as const) {
  test(`${document} ask only for metrics and labels that there are`, () => {
    assert.ok(expressions.length > 10)
    for (const { where, expr } of expressions) {
      const found = named(expr)
      assert.ok(found.length > 0, `${where}: ${expr}`)
      for (const { series, labels } of found) {
        const metric = metricOf(series)
        assert.ok(metric, `${where}: there is no ${series}`)
        const unknown = labels.filter((label) => ![...metric.labels, ...scraped].includes(label))
        assert.deepEqual(unknown, [], `${where}: ${series}`)
      }
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/))
      const known = found.flatMap(({ series }) => metricOf(series)?.labels ?? [])
      assert.deepEqual(
        grouped.filter((label) => ![...known, ...scraped].includes(label)),
        [],
        `${where}: ${expr}`,
      )
      assert.equal(expr.split('(').length, expr.split(')').length, `${where}: ${expr}`)
    }
  })
}

test('every metric of ours is on the dashboard and in the documentation', () => {
  const text = read('observability.md')
  const asked = new Set(shown.flatMap(({ expr }) => named(expr).map(({ series }) => metricOf(series)?.name)))
  assert.deepEqual(
    own.filter(({ name }) => !asked.has(name)).map(({ name }) => name),
    [],
  )
  assert.deepEqual(
    own.filter(({ name }) => !text.includes(`\`${name}\``)).map(({ name }) => name),
    [],
  )
})

test("the dashboard's panels have ids of their own, and none is empty", () => {
  assert.equal(dashboard.uid, 'firstline')
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
  assert.deepEqual(
    dashboard.panels.filter(({ type, targets }) => type !== 'row' && !targets?.length),
    [],
  )
})

test('every alert says what is wrong and what to do, and the documentation lists it', () => {
  const text = read('observability.md')
  for (const { where, rule } of alerts) {
    assert.match(rule, /\n {10}severity: (critical|warning)\n/, where)
    assert.match(rule, /\n {10}summary: \S.*\n {10}description: \S/, where)
    assert.ok(text.includes(`| ${where} |`), where)
  }
})
