export { createIntegration, type Integration, type IntegrationOptions, integrationPaths } from './integration.ts'
export { sampleWorkers } from './samples/customers.ts'
export { type IntegrationTables, migrations } from './tables.ts'
