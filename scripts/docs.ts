/** Writes the documents that are made from the code: `npm run docs`. A test says when they are out of date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { contractErrors } from '../packages/callbacks/src/index.ts'
import { variables } from '../packages/firstline/src/configuration.ts'

export const generated: Record<string, () => string> = {
  'docs/errors.md': errorsDocument,
  'docs/configuration.md': configurationDocument,
}

function errorsDocument(): string {
  const sections = Object.values(contractErrors).map(
    ({ code, title, worker, cause, remedy, status, retryable }) => `## ${code}

**${title}** · answered with HTTP ${status}${retryable ? ' · trying again can help' : ''}

- The worker reads: ${worker}
- Cause: ${cause}
- Remedy: ${remedy}
`,
  )
  return `# Errors

Every code that Firstline answers with or shows, from the table in \`packages/callbacks/src/error-table.ts\`.
The codes are those of the Frontline contract; how errors of the Conversations API map onto them is in
[the contract](contract.md#errors-of-the-conversations-api).

${sections.join('\n')}`
}

function configurationDocument(): string {
  const rows = Object.entries(variables).map(
    ([name, { fallback, meaning, expected }]) => `| \`${name}\` | ${meaning} Expected: ${expected}. | ${fallback} |`,
  )
  return `# Configuration

Firstline is configured by environment variables, read once at the start from
\`packages/firstline/src/configuration.ts\`. A wrong one stops the start in one line that names it.
The callback URLs are not among them: an administrator sets them in the console.

| Variable | Meaning | Without it |
|---|---|---|
${rows.join('\n')}
`
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** The documents whose text is no longer what the code says. */
export function outdatedDocuments(): string[] {
  return Object.entries(generated)
    .filter(([path, write]) => readOrEmpty(root + path) !== write())
    .map(([path]) => path)
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

if (import.meta.main) {
  for (const [path, write] of Object.entries(generated)) writeFileSync(root + path, write())
}
