/** One prompt with what every model scored on it, as the pool has it. */
export type PromptOutcomes = {
  readonly prompt: string
  readonly dataset: string
  readonly source: string
  readonly category: string | null
  readonly scores: Readonly<Record<string, number>>
}

/** The prompts of one data set from one source, with how much a strong model is worth on each. */
export type OutcomeUnit = {
  readonly name: string
  readonly family: string
  readonly prompts: readonly string[]
  /**
   * [prompts] (strong − weak) / the mean of it, averaged over all pairs of models that are worth routing between; its
   * own mean is 1. APGR is linear in it, so an order's APGR on this column is its mean APGR over the pairs.
   */
  readonly gains: Float64Array
  readonly pairs: number
}

/** Data sets whose prompts or tasks give each other away. See docs/decisions/0007-how-the-builtin-recipe-is-chosen.md. */
const families: Readonly<Record<string, string>> = {
  ...named('science exams', 'arc_challenge arc_easy routerbench_arc_challenge openbookqa openbook_qa'),
  ...named('broad exams', 'mmlu_pro'),
  ...named('graduate exams', 'gpqa'),
  ...named('other exams', 'agieval'),
  ...named('word problems', 'gsm8k_train svamp gsm8k'),
  ...named('competition mathematics', 'MATH_level5_test MATH_prealgebra math'),
  ...named('programs', 'humaneval human_eval mbpp routerbench_mbpp'),
  ...named('program execution', 'cruxeval-o'),
  ...named('logic', 'bbh zebra-grid agentverse-logicgrid'),
  ...named('common sense', 'winogrande routerbench_winogrande piqa social_iqa commonsense_qa commongen'),
  ...named('numbers', 'numersense-v2'),
  ...named('factual questions', 'truthfulqa natural_qa trivia_qa'),
  ...named('chat', 'arena_bench_v1'),
}

/** A mix whose categories are data sets. */
const mixedDataset = 'ulab_llmrouter_mix'
/** Judged from 1 to 10; the others are right (1) or wrong (0). */
const judgedDataset = 'arena_bench_v1'
/** Columns of models that nobody can name. */
const unnamedModels: ReadonlySet<string> = new Set(['None', 'merged(unknown)'])

/** Below these a unit or a pair says nothing about routing. */
const minPrompts = 100
const minCoverage = 0.95
const minGap = 0.1
const minWeakMean = 0.35

/** Family of a data set; undefined where its outcomes are too noisy to learn or to judge by. */
export function familyOf(dataset: string, category: string | null): string | undefined {
  const name = dataset === mixedDataset ? (category ?? '') : dataset
  return Object.hasOwn(families, name) ? families[name] : undefined
}

/** The units that have at least one pair of models worth routing between, in the order of the rows. */
export function outcomeUnits(rows: readonly PromptOutcomes[]): readonly OutcomeUnit[] {
  const groups = new Map<string, PromptOutcomes[]>()
  for (const row of rows) {
    if (familyOf(row.dataset, row.category) === undefined) continue
    const dataset = row.dataset === mixedDataset ? `${mixedDataset}: ${row.category}` : row.dataset
    const name = `${dataset} (${row.source.split(/[ /]/)[0]})`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return [...groups].flatMap(([name, group]) => {
    const { dataset, category } = group[0]!
    if (group.length < minPrompts) return []
    const unit = meanGains(group, dataset === judgedDataset ? 10 : 1)
    const prompts = group.map(({ prompt }) => prompt)
    return unit.pairs === 0 ? [] : [{ name, family: familyOf(dataset, category)!, prompts, ...unit }]
  })
}

function meanGains(rows: readonly PromptOutcomes[], scale: number): { gains: Float64Array; pairs: number } {
  const gains = new Float64Array(rows.length)
  const columns = modelColumns(rows, scale)
  let pairs = 0
  for (const strong of columns) {
    for (const weak of columns) {
      if (strong.mean - weak.mean < minGap || weak.mean < minWeakMean) continue
      addGains(strong.scores, weak.scores, gains)
      pairs++
    }
  }
  return { gains: gains.map((sum) => sum / pairs), pairs }
}

/** Scores of the models that most rows have, NaN where one is missing. */
function modelColumns(rows: readonly PromptOutcomes[], scale: number) {
  const models = [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))].sort()
  return models.flatMap((model) => {
    if (unnamedModels.has(model)) return []
    const scores = Float64Array.from(rows, (row) => (row.scores[model] ?? Number.NaN) / scale)
    const known = scores.filter((score) => !Number.isNaN(score))
    if (known.length < minCoverage * rows.length) return []
    return [{ scores, mean: known.reduce((sum, score) => sum + score, 0) / known.length }]
  })
}

/** Adds gap / mean gap; a prompt that one of the two has no score on counts as an average one. */
function addGains(strong: Float64Array, weak: Float64Array, sums: Float64Array): void {
  let total = 0
  let known = 0
  for (let row = 0; row < sums.length; row++) {
    const gap = strong[row]! - weak[row]!
    if (Number.isNaN(gap)) continue
    total += gap
    known++
  }
  for (let row = 0; row < sums.length; row++) {
    const gap = strong[row]! - weak[row]!
    sums[row]! += Number.isNaN(gap) ? 1 : gap / (total / known)
  }
}

function named(family: string, datasets: string): Record<string, string> {
  return Object.fromEntries(datasets.split(' ').map((dataset) => [dataset, family]))
}
