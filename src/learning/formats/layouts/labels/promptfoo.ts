import type { Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import { isObject, isScoreCell, readScore } from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

/** promptfoo's results: one row for each test, prompt and provider. */
export const promptfooLayout: Layout = {
  name: 'promptfoo',
  writer: 'promptfoo eval --output results.json',
  reads:
    'each result’s `prompt.raw`, `provider` (its label, else its id), `score` and `response.output`; results that are errors of the provider are left out',
  plan(sample) {
    if (
      !sample.every((row) => providerOf(row) !== undefined && isObject(row.prompt) && isScoreCell(row.score))
    )
      return undefined
    const prompt = findPromptReader(sample)
    if (prompt === undefined) return undefined
    return {
      kind: 'grouped',
      read(row, { place, pickPrompt }) {
        const model = providerOf(row)
        const text = prompt.read(row, pickPrompt)
        const output = isObject(row.response) ? row.response.output : undefined
        const isFailed =
          (row.error != null && row.error !== '' && output === undefined) || row.failureReason === 2
        if (model === undefined || text === undefined || isFailed) return []
        const score = readScore(row.score, 'score', place)
        return [
          { prompt: text, model, score, ...(typeof output === 'string' && { answer: output }), shared: {} },
        ]
      },
    }
  },
}

function providerOf({ provider, promptIdx, testIdx, vars }: Row): string | undefined {
  if (promptIdx === undefined && testIdx === undefined && vars === undefined) return undefined
  if (typeof provider === 'string') return provider
  if (!isObject(provider)) return undefined
  const name = typeof provider.label === 'string' && provider.label !== '' ? provider.label : provider.id
  return typeof name === 'string' ? name : undefined
}
