import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../../src/store/database/open-database.ts'
import { storePaths } from '../../../src/store/paths.ts'
import { putUp } from '../../../src/store/records/label-queue.ts'
import { openTextFiles } from '../../../src/store/texts/text-files.ts'
import { routellm } from '../../support/command-line.ts'
import { requestEntry } from '../../support/store/entries.ts'
import { insertAll } from '../../support/store/insert-entries.ts'
import { shadowEntry } from '../../support/store/shadow-entries.ts'

let folder: string
const body = (value: object) => {
  const text = JSON.stringify(value)
  return { text, totalBytes: text.length, isCut: false }
}
const candidates = ['small', 'large'].map((model) => ({ model, usd: 0.001, score: null, excluded: null }))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-labels-'))
  writeFileSync(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models: { small: { provider: up }, large: { provider: up } }
routers: { length: {} }
policy: { kind: pair, strong: large, weak: small }
store: { path: ./kept, text: full }
labels: { perDay: 1000, base: 1 }
`,
  )
  const paths = storePaths(join(folder, 'kept'))
  const now = Date.now()
  const messages = [{ role: 'user', content: 'What is the tallest mountain?' }]
  const choices = [
    { index: 0, message: { role: 'assistant', content: 'K2\u001b[31m' }, finish_reason: 'stop' },
  ]
  const text = {
    request: body({ model: 'auto', messages }),
    response: body({ id: 'c', object: 'chat.completion', model: 'small-1', choices }),
  }
  mkdirSync(join(folder, 'kept'))
  const db = await openDatabase(paths.database)
  await insertAll(db, {
    requests: [
      requestEntry('sure', { time: now - 60_000, candidates, strongWinRate: 0.9, threshold: 0.3 }),
      requestEntry('unsure', { time: now, candidates, strongWinRate: 0.31, threshold: 0.3, text }),
    ],
    shadows: [shadowEntry('sure')],
    texts: openTextFiles(paths.texts),
  })
  await db.destroy()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...argv: string[]) => routellm(['labels', ...argv], { folder })
const json = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await run(...argv, '--json')
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

it('routellm labels puts requests up, shows them, takes answers and exports labels', async () => {
  // Two requests a minute apart are a part of a day in which one may be put up.
  const selected = await json('select')
  expect(selected).toEqual({ examined: 2, putUp: expect.any(Number) })
  expect(await json('select')).toEqual({ examined: 0, putUp: 0 })
  const items = await json('list', '--limit', '5')
  expect(items.length).toBe(selected.putUp)
  const db = await openDatabase(storePaths(join(folder, 'kept')).database)
  const item = { time: 1, worth: 0.9, propensity: 0.5, reason: 'uncertain' } as const
  await db.deleteFrom('label_queue').execute()
  await putUp(db, [
    { ...item, requestId: 'unsure' },
    { ...item, requestId: 'sure', worth: 0, reason: 'base' },
  ])
  await db.destroy()
  expect(await json('list')).toMatchObject([
    {
      requestId: 'unsure',
      reason: 'uncertain',
      propensity: 0.5,
      model: 'small',
      candidates: ['small', 'large'],
      prompt: 'What is the tallest mountain?',
      answer: 'K2\u001b[31m',
    },
    { requestId: 'sure', prompt: null, answer: null },
  ])
  const shown = (await run('list')).stdout
  expect(shown).toContain('unsure  near the threshold; small answered, of small, large')
  expect(shown).not.toContain('\u001b')
  const scores = '{"small": 0, "large": 1}'
  expect(await json('answer', 'unsure', '--scores', scores, '--by', 'ann')).toEqual({
    requestId: 'unsure',
    state: 'answered',
  })
  expect(await json('answer', 'sure', '--skip')).toEqual({ requestId: 'sure', state: 'skipped' })
  expect(await json('list')).toEqual([])
  expect((await run('list')).stdout).toContain('No request waits')
  expect(await json('export', '--output', 'labels.jsonl')).toEqual({ output: 'labels.jsonl', labels: 2 })
  const lines = readFileSync(join(folder, 'labels.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { requestId: 'unsure', source: 'person', scores: { small: 0, large: 1 }, propensity: 0.5, actor: 'ann' },
    { requestId: 'sure', source: 'shadow', scores: { small: 0, large: 1 }, propensity: 0.02, actor: 'judge' },
  ])
})

it.each([
  [['answer', 'unsure'], 'Give --scores, or --skip'],
  [['answer', 'unsure', '--scores', '{"small": 1}', '--skip'], 'Give --scores, or --skip'],
  [['answer', 'unsure', '--scores', '{}'], 'has no model'],
  [['answer', 'unsure', '--scores', '{"smal": 1}'], 'its candidates: small, large'],
  [['answer', 'unsure', '--scores', '{"small": 2}'], 'a score is from 0 to 1'],
  [['answer', 'unknown', '--skip'], 'was not put up'],
  [['export', '--output', 'routellm.yaml'], 'routellm.yaml'],
])('labels %j is refused', async (argv, message) => {
  const { exitCode, stderr, stdout } = await run(...argv)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})
