import { hash } from 'node:crypto'
import type { RouterArtifact, RouterManifest } from '../../../../base/artifact/router-artifact.ts'
import { runUntilAborted } from '../../../../base/concurrency/run-steps.ts'
import { sigmoid } from '../../../../base/math/sigmoid.ts'
import { evenQuantiles } from '../../../../base/math/statistics/quantile.ts'
import { fewLabel } from '../../../../routing/routers/few_label/kind.ts'
import {
  baseEmbedderOption,
  createFewLabelRouterOf,
} from '../../../../routing/routers/few_label/of-artifact.ts'
import type { FewLabelParameters } from '../../../../routing/routers/few_label/parameters.ts'
import { type BaseEmbedder, createPromptReader } from '../../../../routing/routers/few_label/prompt-space.ts'
import type { FewLabelRouter } from '../../../../routing/routers/few_label/router.ts'
import { tensorsOfParameters } from '../../../../routing/routers/few_label/tensors.ts'
import { describeTrainedPromptsInSteps } from '../../../../routing/routers/trained-prompts/trained-prompts.ts'
import { examplesOf } from '../../../training/few_label/examples.ts'
import { checkLabels, type PairLabels } from '../../../training/few_label/labels.ts'
import { learnFewLabelInSteps } from '../../../training/few_label/learning.ts'
import { trainPromptSpace } from '../../../training/few_label/space/space-training.ts'
import { calibrationQuantiles } from '../../../training/trained-router.ts'
import type { LabelledRequest } from '../../labelled-request.ts'
import type { CycleOptions } from '../cycle-options.ts'
import type { LeftOut } from '../cycle-result.ts'
import { joinEqualTexts, meanScore, type TrainingLabel, toTrainingLabel } from './training-labels.ts'

export type TrainedCandidate = {
  readonly artifact: RouterArtifact
  readonly router: FewLabelRouter
}

const defaultMostTrained = 1_500

/**
 * Trains a router of a few labels on rows of the store: on their texts if at least half of the rows have one, else on their vectors, then
 * without words. The same rows, options and seed give the same bytes.
 *
 * @throws `DataError` `too-few-labels` or `labels-all-alike`.
 */
export async function trainCandidate(
  rows: readonly LabelledRequest[],
  options: CycleOptions,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
): Promise<TrainedCandidate> {
  const { name, pair, embedder, prior, seed = 0, signal } = options
  const used = newestLabels(rows, options, leaveOut)
  const labels = joinEqualTexts(used.map(({ label }) => label))
  const columns = columnsOf(labels)
  checkLabels(columns, pair)
  const prompts = labels.map(({ prompt }) => prompt)
  const report = (stage: 'reading' | 'fitting', done: number) =>
    options.onProgress?.({ stage, done, total: labels.length })
  const space = await trainPromptSpace(prompts, embedder, prior.direction, {
    onRead: (done) => report('reading', done),
    ...(signal !== undefined && { signal }),
  })
  const read = createPromptReader(space, embedder)
  const examples = await runUntilAborted(examplesOf(prompts, read, space.vocabulary.hashes.length), signal)
  report('fitting', 0)
  const learning = await runUntilAborted(
    learnFewLabelInSteps({ ...examples, weights: columns.weights }, columns, { seed }),
    signal,
  )
  report('fitting', labels.length)
  const { weights, scale, leftOutScores, evidence, trust } = learning
  const leftOut = leftOutScores.map((score) => sigmoid(scale.slope * score + scale.offset))
  const texts = prompts.flatMap((prompt, row) => (typeof prompt === 'string' ? [{ prompt, row }] : []))
  const trained = await runUntilAborted(
    describeTrainedPromptsInSteps(
      texts.map(({ prompt }) => prompt),
      (place) => leftOut[texts[place]!.row]!,
    ),
    signal,
  )
  const parameters: FewLabelParameters = { space, weights, scale, trained }
  const artifact: RouterArtifact = {
    manifest: {
      formatVersion: 1,
      kind: fewLabel.kind,
      name,
      embedder: { id: embedder.id, dimensions: embedder.dimensions },
      pair,
      models: [pair.strong, pair.weak],
      ...describeRows(used.map(({ row }) => row)),
      seed,
      options: { [baseEmbedderOption]: embedder.id, reads: texts.length > 0 ? 'texts' : 'vectors' },
      metrics: { labels: labels.length, strongWins: meanOf(columns.wins), evidence, trust },
      calibration: {
        prompts: labels.length,
        winRateQuantiles: evenQuantiles(leftOut, calibrationQuantiles),
      },
    },
    tensors: tensorsOfParameters(parameters),
  }
  // From the artifact, so that it scores with the rounded numbers that are served.
  return { artifact, router: createFewLabelRouterOf(artifact, { name, source: name, embedder }) }
}

type UsedLabel = { readonly row: LabelledRequest; readonly label: TrainingLabel }

/** The rows that tell something, the newest at most `mostTrained` of them. @param rows oldest first. */
function newestLabels(
  rows: readonly LabelledRequest[],
  { pair, embedder, mostTrained = defaultMostTrained }: CycleOptions,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
): readonly UsedLabel[] {
  const strongMean = meanScore(rows, pair.strong)
  const readsTexts = 2 * rows.filter(({ prompt }) => prompt !== null).length >= rows.length
  const told = rows.flatMap((row): UsedLabel[] => {
    const prompt = readsTexts ? (row.prompt ?? row.vector) : vectorOf(row, embedder)
    const label = toTrainingLabel(row, prompt, pair, strongMean)
    if (label !== null) return [{ row, label }]
    leaveOut(row, 'tells-nothing')
    return []
  })
  const older = Math.max(0, told.length - mostTrained)
  for (const { row } of told.slice(0, older)) leaveOut(row, 'older')
  return told.slice(older)
}

function vectorOf({ prompt, vector }: LabelledRequest, embedder: BaseEmbedder): Float32Array | null {
  return prompt === null ? vector : embedder.embedNow(prompt)
}

function columnsOf(labels: readonly TrainingLabel[]): PairLabels {
  const column = (of: (label: TrainingLabel) => number) => Float64Array.from(labels, of)
  return {
    prompts: labels.map(({ prompt }) => (typeof prompt === 'string' ? prompt : '')),
    strongScores: column(({ strongScore }) => strongScore),
    weakScores: column(({ weakScore }) => weakScore),
    wins: column(({ win }) => win),
    weights: column(({ weight }) => weight),
  }
}

/** What identifies exactly these rows, and the time of the newest. */
function describeRows(rows: readonly LabelledRequest[]): Pick<RouterManifest, 'data' | 'created'> {
  const facts = rows.map(({ id, source, weight, scores }) => [
    id,
    source,
    weight,
    Object.entries(scores).sort(),
  ])
  return {
    data: [
      {
        name: 'store',
        sha256: hash('sha256', JSON.stringify(facts), 'hex'),
        licence: 'proprietary',
        rows: rows.length,
      },
    ],
    created: new Date(Math.max(...rows.map(({ time }) => time))).toISOString(),
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
