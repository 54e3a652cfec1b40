#!/usr/bin/env node
/** The command: `firstline start | token | admin-link | backup | check | probe`. */
const oldestNode = 24

// Before anything else is loaded: an older Node fails at the first import, and does not say why.
if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(
    `Firstline brings its own Node, but Node ${process.versions.node} runs it now. Start it with \`npm start\`, after \`npm ci\`.\n`,
  )
  process.exit(1)
}

const { run } = await import('./commands/run.ts')
await run(process.argv.slice(2), process.env)

export {}
