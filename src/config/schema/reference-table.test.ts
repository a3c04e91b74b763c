import { expect, it } from 'vitest'
import { configurationTable } from './reference-table.ts'
import { configSchema } from './schema.ts'

it('the table of keys has a row for every section', () => {
  const table = configurationTable()
  for (const section of Object.keys(configSchema.shape)) expect(table).toContain(`| \`${section}`)
})
