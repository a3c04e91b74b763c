import { join } from 'node:path'
import { expect, it } from 'vitest'
import { project, run } from '../support/run-program.ts'

// `npm run types` compiles the same files against version 6.
it('the client compiles against version 7 of the official client', async () => {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '--noEmit', '-p', join(project, 'test', 'types', 'openai-7')]
  expect(await run(process.execPath, args)).toEqual({ code: 0, stdout: '', stderr: '' })
}, 300_000)
