import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { builtCli, run } from '../../support/run-program.ts'
import { answerOf, type ScriptedJudge, startScriptedJudge } from '../../support/servers/scripted-judge.ts'

let folder: string
let server: ScriptedJudge
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'judge-kill-'))
  server = await startScriptedJudge({ isNoisy: true, position: 0.5 })
  const rows = Array.from({ length: 20 }, (_, index) => ({
    prompt: `prompt ${index}`,
    answers: { a: answerOf(index / 10 - 1, 60 + index), b: answerOf(0, 60) },
  }))
  await writeFile(join(folder, 'in.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const concurrency = 3
const argv = (output: string, cache: string) => [
  builtCli,
  ...[
    'data',
    'judge',
    '--judge',
    'judge-1',
    '--base-url',
    server.baseUrl,
    '--price',
    '10,20',
    '--max-cost',
    '5',
  ],
  ...[
    '--concurrency',
    `${concurrency}`,
    '--json',
    '--input',
    'in.jsonl',
    '--output',
    output,
    '--cache',
    cache,
  ],
]

it('a run killed again and again pays for nothing twice, and ends like one that was not', async () => {
  const whole = await run(process.execPath, argv('whole.jsonl', 'whole-cache.jsonl'), { cwd: folder })
  expect(whole).toMatchObject({ code: 0 })
  const needed = server.requests.length
  expect(needed).toBe(40)
  server.requests.length = 0

  // Each of these is killed while the judge answers the request of that number.
  const kills = [2, 9, 10, 23, 38]
  for (const kill of kills) {
    const child = spawn(process.execPath, argv('out.jsonl', 'cache.jsonl'), { cwd: folder, stdio: 'ignore' })
    const exited = once(child, 'exit')
    server.beforeAnswer = async (count) => {
      if (count >= kill) child.kill('SIGKILL')
    }
    expect(await exited).toEqual([null, 'SIGKILL'])
    // As if the kill had fallen into the append of a line, which it can only do by luck.
    const bytes = await readFile(join(folder, 'cache.jsonl'))
    await writeFile(join(folder, 'cache.jsonl'), Buffer.concat([bytes, Buffer.from('{"key":"0123456789ab')]))
  }
  server.beforeAnswer = async () => {}
  await copyFile(join(folder, 'cache.jsonl'), join(folder, 'killed-cache.jsonl'))
  const last = await run(process.execPath, argv('out.jsonl', 'cache.jsonl'), { cwd: folder })
  expect(last).toMatchObject({ code: 0 })

  expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe(
    await readFile(join(folder, 'whole.jsonl'), 'utf8'),
  )
  const [result, expected] = [JSON.parse(last.stdout), JSON.parse(whole.stdout)]
  expect(result.report).toEqual(expected.report)
  const { paidUsd, cachedUsd } = result.judge.usage
  expect(paidUsd + cachedUsd).toBeCloseTo(expected.judge.usage.paidUsd, 9)
  // Only what was on its way at a kill was asked twice.
  expect(server.requests.length).toBeGreaterThanOrEqual(needed)
  expect(server.requests.length).toBeLessThanOrEqual(needed + kills.length * concurrency)
}, 60_000)
