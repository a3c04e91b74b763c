import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { configurationTable } from './reference-table.ts'
import { configSchema } from './schema.ts'

const file = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url))
const [start, end] = ['<!-- keys: generated from the schema -->\n', '\n<!-- end of keys -->']

it('docs/configuration.md has the table of the schema (npx vitest run src/config -u writes it anew)', async () => {
  const text = readFileSync(file, 'utf8')
  const [before = '', rest = ''] = text.split(start)
  const after = rest.split(end)[1] ?? ''
  await expect(`${before}${start}${configurationTable()}${end}${after}`).toMatchFileSnapshot(file)
})

it('has a row for every section', () => {
  const table = configurationTable()
  for (const section of Object.keys(configSchema.shape)) expect(table).toContain(`| \`${section}`)
})
