import type { RouterManifest } from '../../src/base/artifact/router-artifact.ts'
import {
  type BuiltinEmbedderParameters,
  featureNames,
} from '../../src/routing/embedding/builtin/parameters.ts'
import type { OutcomeUnit } from './data/outcome-units.ts'
import { leftOutCategories, permittedDatasets } from './data/permitted-data.ts'
import type { SourceFile, TrainingRows } from './data/training-rows.ts'
import type { Join } from './join.ts'
import type { NeighbourCheck } from './neighbour-check.ts'
import { cautiousQuantile, indifference, resamples } from './recipe-selection.ts'
import type { BuiltinRouter } from './router-training.ts'

export type CardFacts = {
  readonly rows: TrainingRows
  readonly units: readonly OutcomeUnit[]
  readonly router: BuiltinRouter
  readonly neighbours: NeighbourCheck
  readonly parameters: BuiltinEmbedderParameters
  readonly seed: number
  readonly manifest: RouterManifest
  readonly everyday: EverydayFacts
}

/** Numbers of prompts that the feature `what is asked` learned from, and how it does on those it did not see. */
export type EverydayFacts = {
  readonly corpus: number
  readonly tiers: number
  readonly exams: number
  readonly leftOutArea: number
  readonly join: Join
}

/** The data card of the built-in artifact, in Markdown, written from what was really used. */
export function dataCard(facts: CardFacts): string {
  return `${[
    '# Data card of the built-in embedder and router',
    'Written by `recipes/builtin/train-builtin.mjs`; do not edit. How the router scores on MMLU, GSM8K and MT-Bench is in `benchmarks/test-set-runs.jsonl`.',
    modelSection(facts),
    '## Files',
    ...facts.rows.files.map((file) => `- \`${file.name}\`: sha256 \`${file.sha256}\``),
    '## Rows that shaped it',
    datasetTable(facts.rows.files),
    'Attribution: the prompts are the work of the authors of the data sets named above. Data sets marked "attribution" ask for it; their terms are as stated. Outcomes (which model answered correctly) are facts measured by the projects named in the files. The artifact holds no text: words are 32-bit hashes. Terms are to be checked again before a release.',
    '## Left out',
    leftOutTable(facts.rows.files),
    `Left out because their terms forbid it or are not clear, or (for the comparisons) because the models are not of the pair's kind. Within permitted sets also: ${[...leftOutCategories].join(', ')}. AlpacaEval, CMMLU, C-Eval and every sample of the arena are non-commercial, wholly or in part. MMLU, GSM8K (test) and MT-Bench were removed from the files before, by exact match and by 13-grams; they were not read.`,
    `Everyday prompts: ${facts.everyday.corpus} of the project's own corpus (\`recipes/everyday\`, its README is their card) and ${facts.everyday.tiers} of everyday_tiers (MIT) shaped the feature \`what is asked\` in \`asked.safetensors\`, with ${facts.everyday.exams} of the rows above as examples of what is no everyday prompt. On the corpus, whole families left out, its area under the ROC curve is ${facts.everyday.leftOutArea.toFixed(3)}. It joins the other features with a slope of ${facts.everyday.join.slope.toFixed(2)} and an offset of ${facts.everyday.join.offset.toFixed(2)}; the shares of strong calls are those of the corpus, each prompt scored by fits that did not see it.`,
    unitsSection(facts.units),
    selectionSection(facts.router),
    figuresSection(facts),
    '## Known weaknesses',
    'Without labels of its own a router that only reads the prompt is on par with prompt length; train on your own outcomes for more. The win rate is calibrated across data sets, not within yours. Strong models of the comparisons: gpt-4-1106-preview and close relatives (see above); the manifest names the first. On data that is very hard for both models (logic grids), longer prompts are those that both fail, and the order is the wrong way round.',
  ].join('\n\n')}\n`
}

function modelSection({ parameters, rows, units, seed, manifest }: CardFacts): string {
  const learnedOn = units.reduce((sum, { prompts }) => sum + prompts.length, 0)
  const models = countBy(rows.pairs.map(({ strongModel }) => strongModel))
  return `Embedder \`${manifest.embedder.id}\`: ${featureNames.length} named features and ${manifest.embedder.dimensions - featureNames.length} dense dimensions from the word pieces of \`pieces.safetensors\` (\`PIECES_CARD.md\`), ${parameters.tokenHashes.length} known tokens, measured on the texts of ${rows.pool.length} distinct prompts. Router \`mf\` for ${manifest.pair.strong} against ${manifest.pair.weak}: its order was learned on the outcomes of many models on ${learnedOn} prompts (below), its win rate is scaled on ${rows.pairs.length} comparisons whose strong model was ${[...models].map(([model, count]) => `${model} (${count})`).join(', ')} and whose weak model was Mixtral-8x7B-Instruct. Seed ${seed}.`
}

function datasetTable(files: readonly SourceFile[]): string {
  const datasets = [...new Set(files.flatMap(({ used }) => [...used.keys()]))].sort()
  return [
    `| data set | terms | attribution | ${files.map(({ name }) => `rows of ${name}`).join(' | ')} |`,
    `|---|---|---|${'---|'.repeat(files.length)}`,
    ...datasets.map((dataset) => {
      const { licence, attribution } = permittedDatasets[dataset]!
      const counts = files.map(({ used }) => used.get(dataset) ?? 0)
      return `| ${dataset} | ${licence} | ${attribution ? 'yes' : 'no'} | ${counts.join(' | ')} |`
    }),
  ].join('\n')
}

function leftOutTable(files: readonly SourceFile[]): string {
  return files
    .map(({ name, leftOut }) => {
      const sets = [...leftOut]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([dataset, count]) => `${dataset} ${count}`)
      return `- \`${name}\`: ${sets.join(', ') || 'nothing'}`
    })
    .join('\n')
}

function unitsSection(units: readonly OutcomeUnit[]): string {
  return [
    '## What the order was learned on',
    'Of each data set all pairs of models with a gap of at least .10 whose weaker one is right in at least .35 of the prompts. Families are left out together.',
    [
      '| family | data set | prompts | pairs of models |',
      '|---|---|---|---|',
      ...units.map(
        ({ family, name, prompts, pairs }) => `| ${family} | ${name} | ${prompts.length} | ${pairs} |`,
      ),
    ].join('\n'),
  ].join('\n\n')
}

function selectionSection({ scores, recipe }: BuiltinRouter): string {
  const families = [...(scores[0]?.advantageOfFamily.keys() ?? [])]
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
  return [
    '## How the recipe was chosen',
    `Exact APGR minus that of prompt length on each family while it was left out of the fit; the mean counts each alike. Chosen by the highest lower end of that mean: its ${100 * cautiousQuantile} % quantile over ${resamples} bootstrap resamples of families and prompts; within ${indifference} the recipe that learns less. The protocol was written before any recipe was scored by it (docs/decisions/0007-how-the-builtin-recipe-is-chosen.md, which also lists what was tried and is not in this table). Chosen: **${recipe}**.`,
    [
      `| recipe | lower end | mean − length | mean APGR | ${families.join(' | ')} |`,
      `|---|---|---|---|${'---|'.repeat(families.length)}`,
      ...scores.map(({ recipe: { name }, cautiousAdvantage, meanAdvantage, meanApgr, advantageOfFamily }) =>
        [
          `| ${name} | ${signed(cautiousAdvantage)} | ${signed(meanAdvantage)} | ${meanApgr.toFixed(3)} |`,
          `${families.map((family) => signed(advantageOfFamily.get(family)!)).join(' | ')} |`,
        ].join(' '),
      ),
    ].join('\n'),
  ].join('\n\n')
}

function figuresSection({ neighbours, router, manifest }: CardFacts): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const winRates = manifest.calibration?.winRateQuantiles ?? []
  const at = (share: number) => (winRates[Math.round(share * (winRates.length - 1))] ?? Number.NaN).toFixed(3)
  return [
    '## Figures',
    `- Dense part, ${neighbours.prompts} held-out prompts: the nearest neighbour is of the same data set for ${percent(neighbours.sameDataset)} (chance ${percent(neighbours.sameDatasetByChance)}), and of the same subject within MMLU-Pro for ${percent(neighbours.sameSubject)} (chance ${percent(neighbours.sameSubjectByChance)}).`,
    `- Win rate: the probability that the strong model's answer is better (a tie is not); expected calibration error ${router.metrics.heldOutDataSetsCalibrationError?.toFixed(3)} on data sets left out. Over the pool: lowest ${at(0)}, quarter ${at(0.25)}, half ${at(0.5)}, three quarters ${at(0.75)}, highest ${at(1)}.`,
    '- Routers trained on 500 labels of one data set (`knn`, `sw_ranking` and `mf` on this embedder, scored on the rest of it): `benchmarks/results/builtin-own-labels.json`.',
  ].join('\n')
}

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
