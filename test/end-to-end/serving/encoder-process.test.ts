import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeCheckpoint } from '../../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../support/encoders/tiny-tokenizer.ts'
import { project, run } from '../../support/run-program.ts'

let place = ''
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'encoder-process-'))
  const words = ['one', 'two']
  await writeCheckpoint(
    join(place, 'model'),
    { modelType: 'bert', vocabulary: 6, labels: 3 },
    wordPieceTokenizer(words),
  )
})
afterAll(() => rm(place, { recursive: true }))

const program = (end: string) => `
  import { loadRouter, promptFromText } from '${join(project, 'dist', 'index.js')}'
  const router = await loadRouter({ name: 'bert', kind: 'bert', checkpoint: 'model' }, { embedderOptions: {}, hub: {} })
  await router.strongWinRate(promptFromText('one two'))
  ${end}
`

it.each([
  ['closes its router', 'await router.close(); console.log("closed")', 'closed'],
  ['forgets to', 'console.log("scored")', 'scored'],
  [
    'waits for nothing but its router',
    'console.log(typeof await router.strongWinRate(promptFromText("two")))',
    'number',
  ],
])('a process that %s ends by itself', async (_, end, says) => {
  const finished = await run(process.execPath, ['--input-type=module', '-e', program(end)], { cwd: place })
  expect(finished).toEqual({ code: 0, stdout: `${says}\n`, stderr: '' })
})
