import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

type Json = { [key: string]: unknown }

const require = createRequire(import.meta.url)
const file = require.resolve('@twilio/cli-core/src/services/twilio-api/twilio_conversations_v1.json')
const document = JSON.parse(readFileSync(file, 'utf8')) as {
  paths: Record<string, Record<string, { responses?: Record<string, { content?: Record<string, { schema: Json }> }> }>>
  components: { schemas: Record<string, Json> }
}

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addFormat('uri-map', true)
ajv.addFormat('int64', true)
ajv.addSchema({ components: { schemas: toJsonSchema(document.components.schemas) } }, 'twilio')

/** The operations of Twilio's document: `POST /v1/Conversations`. */
export const operations: readonly string[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  ['get', 'post', 'delete'].filter((method) => method in methods).map((method) => `${method.toUpperCase()} ${path}`),
)

/**
 * What is wrong with an answer by Twilio's own document; empty when nothing is. Every field of the document has to be
 * there, and no other.
 *
 * @param operation as in {@link operations}.
 */
export function judge(operation: string, status: number, body: unknown): string[] {
  const [method = '', path = ''] = operation.split(' ')
  const responses = document.paths[path]?.[method.toLowerCase()]?.responses
  if (!responses) return [`the document has no ${operation}`]
  const response = responses[String(status)]
  if (!response) return [`the document has no answer ${status}, only ${Object.keys(responses)}`]
  const schema = response.content?.['application/json']?.schema
  if (!schema) return body === undefined ? [] : ['a body where the document has none']
  const validate = ajv.compile(toJsonSchema(schema) as Json)
  validate(body)
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  )
}

/** OpenAPI 3.0 has its own `nullable`; the rest of what Twilio uses is JSON Schema. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema)
  if (typeof value !== 'object' || value === null) return value
  const schema: Json = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJsonSchema(inner)]))
  if (typeof schema['$ref'] === 'string') return { $ref: `twilio${schema['$ref']}` }
  if (schema['nullable'] === true && typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null']
  delete schema['nullable']
  if ('properties' in schema && typeof schema['type'] === 'string') {
    schema['required'] = Object.keys(schema['properties'] as Json)
    schema['additionalProperties'] = false
  }
  return schema
}
