/**
 * The data sets that may shape the artifact that ships, with the terms they were published under. Everything that
 * is not in this table is left out, so that a new data set in the folder cannot slip in.
 */
export type DataTerms = {
  /** How the data card and the manifest name the set. */
  readonly licence: string
  /** Attribution is owed where the artifact is distributed; the data card gives it. */
  readonly attribution: boolean
}

const open = (licence: string): DataTerms => ({ licence, attribution: false })
const attributed = (licence: string): DataTerms => ({ licence, attribution: true })

const asRecorded = 'permissive or attribution terms for the prompts, as recorded with the training files'

export const permittedDatasets: Readonly<Record<string, DataTerms>> = {
  mmlu_pro: open('Apache-2.0 (TIGER-AI-Lab/MMLU-Pro: MIT data set, Apache-2.0 repository)'),
  'cruxeval-o': open('Apache-2.0 (WildEval/ZeroEval), MIT (CRUXEval)'),
  MATH_level5_test: open('Apache-2.0 (WildEval/ZeroEval), MIT (MATH)'),
  'zebra-grid': open('Apache-2.0 (WildEval/ZeroEval)'),
  'numersense-v2': open('Apache-2.0 (WildEval/ZeroEval)'),
  arena_bench_v1: open('Apache-2.0 (lmarena/arena-hard-auto)'),
  ulab_llmrouter_mix: open('Apache-2.0 or MIT (ulab-uiuc/LLMRouter)'),
  bbh: open('MIT (suzgunmirac/BIG-Bench-Hard)'),
  arc_challenge: attributed('CC-BY-SA-4.0 (AI2 ARC)'),
  arc_easy: attributed('CC-BY-SA-4.0 (AI2 ARC)'),
  routerbench_arc_challenge: attributed('CC-BY-SA-4.0 (AI2 ARC); outcomes of RouterBench'),
  winogrande: attributed(asRecorded),
  routerbench_winogrande: attributed(asRecorded),
  mbpp: attributed('CC-BY-4.0 (MBPP)'),
  routerbench_mbpp: attributed('CC-BY-4.0 (MBPP); outcomes of RouterBench'),
  svamp: attributed('MIT (SVAMP)'),
  MATH_prealgebra: attributed('MIT (MATH)'),
  math_hard_test: attributed('MIT (MATH)'),
  ifeval: attributed('Apache-2.0 (IFEval)'),
  agieval: attributed('MIT (AGIEval)'),
  social_iqa: attributed(asRecorded),
  piqa: attributed(asRecorded),
  truthfulqa: attributed('Apache-2.0 (TruthfulQA)'),
  openbookqa: attributed(asRecorded),
  gpqa: attributed('CC-BY-4.0 (GPQA)'),
  humaneval: attributed('MIT (HumanEval)'),
  gsm8k_train: attributed('MIT (GSM8K, training split)'),
}

/** Parts of permitted sets that come from a source whose own terms are not clear. */
export const leftOutCategories: ReadonlySet<string> = new Set(['agieval_jec_qa_kd'])

export function isPermitted(dataset: string, category: string | null): boolean {
  return Object.hasOwn(permittedDatasets, dataset) && !(category !== null && leftOutCategories.has(category))
}
