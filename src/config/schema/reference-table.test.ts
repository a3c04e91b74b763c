import { expect, it } from 'vitest'
import { configurationTable } from './reference-table.ts'
import { configSchema } from './schema.ts'

it('the table of keys has a row for every section', () => {
  const table = configurationTable()
  for (const section of Object.keys(configSchema.shape)) expect(table).toContain(`| \`${section}`)
})

it('a key that several kinds have in the same meaning has one row, which names the kinds', () => {
  const rows = configurationTable().split('\n')
  const retries = rows.filter((row) => row.startsWith('| `providers.<name>.retries`'))
  expect(retries).toHaveLength(1)
  expect(retries[0]).toMatch(/ Kinds `openai`, `anthropic`, `azure`, `openai-compatible`\. \|$/)
  const addresses = rows.filter((row) => row.startsWith('| `providers.<name>.baseUrl`'))
  expect(addresses.length).toBeGreaterThan(1)
  expect(new Set(rows).size).toBe(rows.length)
})
