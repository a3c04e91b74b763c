import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { routellm } from '../../../../test/support/command-line.ts'
import { run } from '../../../../test/support/run-program.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-export-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('writes a module; a runtime that takes it for none complains in a few lines, without the data', async () => {
  const output = join(folder, 'routers.mjs')
  const { exitCode, stderr } = await routellm(['export', '--output', output], { folder })
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('mf;')])
  const { default: artifacts } = await import(pathToFileURL(output).href)
  expect(Object.keys(artifacts)).toContain('format')
  const text = await readFile(output, 'utf8')
  const script = `new (require('node:vm').Script)(require('node:fs').readFileSync(${JSON.stringify(output)}, 'utf8'))`
  const failed = await run(process.execPath, ['-e', script])
  expect(failed.stderr).toContain("Unexpected token 'export'")
  expect(failed.stderr.length).toBeLessThan(2_000)
  expect(text.length).toBeGreaterThan(1_000_000)
})
