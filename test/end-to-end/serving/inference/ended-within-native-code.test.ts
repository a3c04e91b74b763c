import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeCheckpoint } from '../../../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../support/encoders/tiny-tokenizer.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inference-ended-'))
  // Slow enough that nearly all of a call is native code.
  const size = { size: 192, inner: 768, layers: 8, positions: 520 }
  const model = { modelType: 'bert', vocabulary: 8, labels: 3, ...size } as const
  await writeCheckpoint(folder, model, wordPieceTokenizer('one two three four'.split(' ')))
})
afterAll(() => rm(folder, { recursive: true }))

const dist = new URL('../../../../dist/routing/onnx/', import.meta.url).href
const program = `
import { setTimeout as wait } from 'node:timers/promises'
import { openCheckpoint } from ${JSON.stringify(`${dist}checkpoint.js`)}
import { createTextEncoder } from ${JSON.stringify(`${dist}text-encoder.js`)}
const keepAlive = setInterval(() => {}, 1000)
const checkpoint = await openCheckpoint(process.argv[1])
const head = { kind: 'classification', labels: 3 }
const prompt = 'one two three four '.repeat(120)
const codes = new Set()
async function run(options, beforeClose) {
  const pool = await createTextEncoder(checkpoint, head, options)
  const calls = Array.from({ length: 4 }, () => pool.run([prompt]).catch(({ code }) => codes.add(code)))
  await beforeClose(calls)
  await pool.close()
  await Promise.all(calls)
}
for (let ms = 2; ms < 40; ms += 8) {
  await run({ runTimeoutMs: ms }, (calls) => calls[0])
  await run({}, () => wait(ms))
}
await createTextEncoder(checkpoint, head, { startTimeoutMs: 100 }).catch(() => undefined)
console.log(JSON.stringify([...codes].sort()))
clearInterval(keepAlive)
`

it('a thread that is given up within native code leaves the process alive', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [codes, problems, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  expect([code, signal], problems).toEqual([0, null])
  expect(JSON.parse(codes)).toEqual(['inference-too-long', 'router-closed'])
})
