import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { formatReferences, labelFormatsTable } from '../../src/learning/formats/reference-table.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))

it('each format that is read is tested with a file that is there, and has one row in the table', async () => {
  const formats = formatReferences()
  expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length)
  for (const { name, testedWith } of formats) {
    expect(testedWith, name).not.toBe('')
    await access(`${project}${testedWith}`)
  }
  expect(labelFormatsTable().split('\n')).toHaveLength(formats.length + 2)
})
