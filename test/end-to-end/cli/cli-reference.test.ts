import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import picocolors from 'picocolors'
import { expect, it } from 'vitest'
import { createProgram } from '../../../src/cli/command-line.ts'
import { commandReference } from '../../../src/cli/reference.ts'
import { version } from '../../../src/index.ts'

const root = new URL('../../../', import.meta.url)

it('docs/cli.md is what the commands say (npx vitest run test/end-to-end/cli-reference -u writes it anew)', async () => {
  const program = createProgram({
    folder: '/',
    environment: { variables: {}, noColor: true, hub: {} },
    interrupted: new AbortController().signal,
    terminal: {
      result() {},
      note() {},
      readInput: async () => '',
      progressStream: null,
      colors: picocolors.createColors(false),
    },
  })
  await expect(commandReference(program)).toMatchFileSnapshot(fileURLToPath(new URL('docs/cli.md', root)))
})

it('the version is that of package.json', () => {
  expect(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version).toBe(version)
})
