import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readResults, targetsMarkdown, targetsOfPage } from '../../scripts/docs/targets-table.mjs'

it('docs/targets.md says what the result files say (node scripts/docs/targets-table.mjs writes it anew)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/targets.md'), 'utf8')
  expect(targetsOfPage(page)).toBe(targetsMarkdown(readResults()))
})
