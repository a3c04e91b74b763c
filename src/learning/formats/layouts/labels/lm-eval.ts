import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import { hasScore, isObject, readScore } from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

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

/** Metrics that are better if they are lower, which are no scores. */
const lowerIsBetter = /perplexity|bits_per_byte|brier|loss|^ter$|^wer$|^cer$|likelihood_diff|latency|bypass/i

/** Samples of EleutherAI's lm-evaluation-harness, one file a task and model. */
export const lmEvalLayout: Layout = {
  name: 'lm-eval',
  writer: 'lm-evaluation-harness --log_samples',
  reads:
    'each sample’s question (`doc.question`, `doc.query`, …, else the first of `arguments`) and the first of its `metrics` for which higher is better (`exact_match`, `acc`, …); if the answers were filtered in several ways, the first `filter`; the model is `model_name` of the `results_….json` beside it, else the name of the folder; give the folder above, with one folder a model',
  plan(sample) {
    const isSample = (row: Row) =>
      'doc_id' in row && isObject(row.doc) && ('resps' in row || 'arguments' in row)
    const metric = [...metricsOf(sample[0] ?? {}), ...lmEvalMetrics].find(
      (name) => !lowerIsBetter.test(name) && sample.every((row) => hasScore(row[name])),
    )
    const filter = sample[0]?.filter
    if (sample.length === 0 || !sample.every(isSample) || metric === undefined) return undefined
    return {
      kind: 'grouped',
      read(row, { place, fileModel, pickPrompt }) {
        // A row for each filter of the answers: strict-match, flexible-extract.
        if (row.filter !== filter) return []
        const prompt = questionOf(row.doc, pickPrompt) ?? firstArgument(row.arguments)
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

function questionOf(doc: unknown, pickPrompt: PickPrompt): string | undefined {
  return isObject(doc) ? findPromptReader([doc])?.read(doc, pickPrompt) : undefined
}

/** `{"gen_args_0": {"arg_0": "…"}}`, or `[["…", …]]` in older files. */
function firstArgument(given: unknown): string | undefined {
  const first = isObject(given) ? Object.values(given)[0] : Array.isArray(given) ? given[0] : undefined
  const text: unknown = isObject(first) ? first.arg_0 : Array.isArray(first) ? first[0] : undefined
  return typeof text === 'string' ? text : undefined
}

/** The model of the results of a run, as the summary beside its samples names it. */
export type LmEvalModels = {
  /** Takes the rows of a file into account. False if it is no summary of a run. */
  add(file: string, rows: readonly unknown[]): boolean
  /** The model of a file of samples; undefined if no summary names it. */
  modelOf(file: string): string | undefined
}

/** A summary and the samples of a run have its date in their names, and lie in one folder. */
export function createLmEvalModels(): LmEvalModels {
  const models = new Map<string, string>()
  return {
    add(file, [row, ...more]) {
      if (more.length > 0 || !isObject(row) || !isObject(row.results)) return false
      if (!isObject(row.configs) && !isObject(row.higher_is_better) && !('model_name_sanitized' in row))
        return false
      const run = runOf(file)
      if (run !== undefined && typeof row.model_name === 'string' && row.model_name !== '')
        models.set(run, row.model_name)
      return true
    },
    modelOf(file) {
      const run = runOf(file)
      return run === undefined ? undefined : models.get(run)
    },
  }
}

function runOf(file: string): string | undefined {
  const parts = file.split(/[\\/]/)
  const date = /_(\d{4}-\d\d-\d\dT[\d.-]+?)\.jsonl?(?:\.(?:gz|zst|zstd))?$/.exec(parts.at(-1) ?? '')?.[1]
  return date === undefined ? undefined : [...parts.slice(0, -1), date].join('/')
}
