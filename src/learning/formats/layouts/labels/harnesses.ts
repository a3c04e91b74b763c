import type { Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import { hasScore, isObject, isScoreCell, readScore } from '../cells/score-cells.ts'
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
      read(row, { place }) {
        const model = providerOf(row)
        const text = prompt.read(row)
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

/** The metrics of lm-eval that say whether an answer is right, the first that a row has. */
const lmEvalMetrics = [
  'exact_match',
  'acc',
  'acc_norm',
  'em',
  'pass@1',
  'pass_at_1',
  'f1',
  'rouge1',
  'bleu',
  'mc2',
  'mc1',
]

/** Samples of EleutherAI's lm-evaluation-harness, one file a task and model. */
export const lmEvalLayout: Layout = {
  name: 'lm-eval',
  writer: 'lm-evaluation-harness --log_samples',
  reads:
    'each sample’s question (`doc.question`, `doc.query`, …, else the first of `arguments`) and its first metric (`exact_match`, `acc`, …); the model is the name of the folder; give the folder above, with one folder a model',
  plan(sample) {
    const isSample = (row: Row) =>
      'doc_id' in row && isObject(row.doc) && ('resps' in row || 'arguments' in row)
    const metric = [...metricsOf(sample[0] ?? {}), ...lmEvalMetrics].find((name) =>
      sample.every((row) => hasScore(row[name])),
    )
    if (sample.length === 0 || !sample.every(isSample) || metric === undefined) return undefined
    return {
      kind: 'grouped',
      read(row, { place, fileModel }) {
        const prompt = questionOf(row.doc) ?? firstArgument(row.arguments)
        if (prompt === undefined) return []
        const [answer] = Array.isArray(row.filtered_resps) ? row.filtered_resps : []
        return [
          {
            prompt,
            model: fileModel,
            score: readScore(row[metric], metric, place),
            ...(typeof answer === 'string' && { answer }),
            shared: {},
          },
        ]
      },
    }
  },
}

function metricsOf({ metrics }: Row): string[] {
  return Array.isArray(metrics) ? metrics.filter((name) => typeof name === 'string') : []
}

function questionOf(doc: unknown): string | undefined {
  return isObject(doc) ? findPromptReader([doc])?.read(doc) : undefined
}

/** `{"gen_args_0": {"arg_0": "…"}}`, or `[["…", …]]` in older files. */
function firstArgument(given: unknown): string | undefined {
  const first = isObject(given) ? Object.values(given)[0] : Array.isArray(given) ? given[0] : undefined
  const text: unknown = isObject(first) ? first.arg_0 : Array.isArray(first) ? first[0] : undefined
  return typeof text === 'string' ? text : undefined
}
