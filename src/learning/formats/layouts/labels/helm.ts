import { DataError } from '../../../../errors.ts'
import type { Row } from '../../row.ts'
import { hasScore, isObject } from '../cells/score-cells.ts'
import type { ModelResult } from '../layout.ts'

/** A file of a run of HELM. Its files hold the model, the prompts and the scores, joined by the id of an instance. */
export type HelmRun = {
  /** Takes a row into account. False if it is of none of HELM's files. */
  add(row: Row, around: Row): boolean
  /** The results, or the prompts alone. Throws `DataError` `helm-run` if the prompts of the scores are missing. */
  finish(folder: string): { readonly results: readonly ModelResult[]; readonly prompts: readonly string[] }
}

export const helmDescription = {
  name: 'helm',
  writer: 'HELM (a run’s folder)',
  reads:
    'the folder of each run together: prompts of `instances.json` or `scenario_state.json`, scores of `display_predictions.json` or `per_instance_stats.json` (the first of exact_match, quasi_exact_match, …), the model of `run_spec.json`; perturbed instances are left out',
} as const

const metrics = [
  'exact_match',
  'quasi_exact_match',
  'prefix_exact_match',
  'quasi_prefix_exact_match',
  'final_number_exact_match',
  'math_equiv_chain_of_thought',
  'math_equiv',
  'chain_of_thought_correctness',
  'ifeval_strict_accuracy',
  'f1_score',
  'rouge_l',
  'bleu_4',
]

/** Files of a run that hold nothing that is read. */
const otherFiles: ReadonlySet<string> = new Set([
  'stats.json',
  'scenario.json',
  'display_requests.json',
  'costs.json',
])

export function isOtherHelmFile(file: string): boolean {
  return otherFiles.has(file.split(/[\\/]/).at(-1) ?? '')
}

export function createHelmRun(): HelmRun {
  const prompts = new Map<string, string>()
  const scores = new Map<string, { score: number; answer?: string }>()
  let model: string | undefined
  return {
    add(row, around) {
      const named = modelOf(row) ?? modelOf(around)
      model ??= named
      const instance = isObject(row.instance) ? row.instance : row
      // An instance is there again with misspelt or otherwise changed text, under the same id.
      if (isObject(row.perturbation) || isObject(instance.perturbation)) return true
      const { id, input } = instance
      if (typeof id === 'string' && isObject(input) && typeof input.text === 'string') {
        prompts.set(id, input.text)
        return true
      }
      const ofId = row.instance_id
      if (typeof ofId !== 'string') return named !== undefined
      const score = scoreOfStats(row.stats)
      if (score === undefined) return 'predicted_text' in row || Array.isArray(row.stats)
      const answer = row.predicted_text
      if (!scores.has(ofId)) scores.set(ofId, { score, ...(typeof answer === 'string' && { answer }) })
      return true
    },
    finish(folder) {
      if (scores.size === 0) return { results: [], prompts: [...prompts.values()] }
      if (prompts.size === 0)
        throw new DataError(
          'helm-run',
          `${folder} has scores of HELM without their prompts. Name the folder of the run, with instances.json, display_predictions.json and run_spec.json in it.`,
        )
      const name = model ?? modelOfFolder(folder)
      const results = [...scores].flatMap(([id, result]): ModelResult[] => {
        const prompt = prompts.get(id)
        return prompt === undefined ? [] : [{ prompt, model: name, shared: {}, ...result }]
      })
      return { results, prompts: [] }
    },
  }
}

function modelOf({ adapter_spec: spec }: Row): string | undefined {
  if (!isObject(spec)) return undefined
  const name = spec.model ?? spec.model_deployment
  return typeof name === 'string' ? name : undefined
}

/** HELM names the folder of a run `mmlu:subject=anatomy,model=openai_gpt-4`. */
function modelOfFolder(folder: string): string {
  const name = folder.split(/[\\/]/).at(-1) ?? folder
  return /model=([^,]+)/.exec(name)?.[1] ?? name
}

/** `{"exact_match": 1}`, or `[{"name": {"name": "exact_match"}, "sum": 1, "count": 1}]`. */
function scoreOfStats(stats: unknown): number | undefined {
  const values: Row = Array.isArray(stats)
    ? Object.fromEntries(
        stats.filter(isObject).flatMap((stat): [string, unknown][] => {
          const name = isObject(stat.name) ? stat.name.name : stat.name
          return typeof name === 'string' ? [[name, stat.mean ?? stat.sum]] : []
        }),
      )
    : isObject(stats)
      ? stats
      : {}
  const metric = metrics.find((name) => hasScore(values[name]))
  return metric === undefined ? undefined : Number(values[metric])
}
