import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import { findLogFormat } from '../../formats/logs/formats.ts'
import { surveyLog } from './survey.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'survey-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function surveyOf(...files: (readonly unknown[])[]) {
  const paths = await Promise.all(
    files.map(async (rows, index) => {
      const path = join(folder, `${index}.jsonl`)
      await writeFile(
        path,
        rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'),
      )
      return path
    }),
  )
  return surveyLog(paths, findLogFormat('columns'), { pickPrompt: routedPrompt })
}

describe('surveyLog', () => {
  it('counts models, tokens, times and values over several files', async () => {
    const row = {
      prompt: 'a',
      model: 'big',
      input_tokens: 10,
      output_tokens: 2,
      user: 'u',
      time: '2026-10-02',
    }
    const survey = await surveyOf(
      [row, { ...row, model: 'small', time: '2026-10-05' }],
      [{ ...row, user: 'v', time: '2026-10-01' }, { ...row, status: 500, user: 'failing' }, 'broken'],
    )
    expect(survey).toMatchObject({
      rows: 5,
      requests: 4,
      routable: 3,
      unreadable: { count: 1, first: [{ reason: 'is not JSON' }] },
    })
    expect(survey.models).toEqual([
      { model: 'big', requests: 3, routable: 2, inputTokens: 20, outputTokens: 4 },
      { model: 'small', requests: 1, routable: 1, inputTokens: 10, outputTokens: 2 },
    ])
    expect(survey.frequent.get('user')).toEqual(['u', 'v'])
    expect(survey.period).toEqual({ from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 5) })
  })

  it('counts names of models beyond reason together', async () => {
    const survey = await surveyOf(
      Array.from({ length: 300 }, (_, index) => ({ prompt: 'a', model: `m${index}` })),
    )
    expect(survey.models).toHaveLength(201)
    expect(survey.models[0]).toMatchObject({ model: 'other models', requests: 100 })
  })

  it('refuses a file of which most rows fail, with what was expected and examples', async () => {
    await expect(surveyOf([{ prompt: 'a' }, { x: 1 }, { x: 2 }])).rejects.toMatchObject({
      code: 'log-unreadable',
      message: expect.stringMatching(
        /2 of 3 rows .* cannot be read as columns, which expects a column prompt[\s\S]*line 2 has no text[\s\S]*--format/,
      ),
    })
    await expect(surveyOf([])).rejects.toMatchObject({ code: 'empty-log' })
  })
})
