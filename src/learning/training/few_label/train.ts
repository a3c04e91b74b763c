import { z } from 'zod'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { runUntilAborted, untilAborted } from '../../../base/concurrency/run-steps.ts'
import { drawAscending } from '../../../base/math/draw.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { EmbeddingError } from '../../../errors.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { baseEmbedderOption } from '../../../routing/routers/few_label/load.ts'
import type { FewLabelParameters } from '../../../routing/routers/few_label/parameters.ts'
import { asBaseEmbedder, createPromptReader } from '../../../routing/routers/few_label/prompt-space.ts'
import { createFewLabelRouter } from '../../../routing/routers/few_label/router.ts'
import { tensorsOfParameters } from '../../../routing/routers/few_label/tensors.ts'
import {
  describeTrainedPromptsInSteps,
  type TrainedPrompts,
} from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import { parseRow, stringColumn } from '../../formats/row.ts'
import { collectComparisons } from '../collect-comparisons.ts'
import { embedTexts } from '../embed-prompts.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { calibrationQuantiles, type TrainedRouter } from '../trained-router.ts'
import { describeData, type TrainingData, type TrainingInput, toTrainingData } from '../training-data.ts'
import { type CommonTraining, optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { examplesOf } from './examples.ts'
import { findingsOf } from './findings.ts'
import { labelsOfPair, type PairLabels, selectLabels } from './labels.ts'
import { defaultVariances, type FewLabelLearning, learnFewLabelInSteps } from './learning.ts'
import { measureLearningCurve } from './learning-curve.ts'
import type { PriorRouter } from './prior.ts'
import { trainPromptSpace } from './space/space-training.ts'

export type FewLabelTraining = CommonTraining & {
  /** Outcomes or battles. See `readComparisons`. */
  readonly labels: readonly TrainingInput[]
  /**
   * Prompts without labels, one `{"prompt"}` per row, such as a request log: they show the distribution of the traffic.
   */
  readonly prompts?: readonly TrainingInput[]
  /** The built-in embedder. */
  readonly embedder: Embedder
  /** The router to start from, on that embedder; see `loadPriorRouter`. */
  readonly prior: PriorRouter
  /** A further embedder whose vectors the labels are fitted with too. */
  readonly other?: Embedder
}

const optionsSchema = z.object({ name: optionSchemas.name, labels: optionSchemas.data })

/** Prompts whose win rates make the calibration quantiles, at most. */
const calibrationPrompts = 2_000
/** Rows may have many models. The requested pair is always kept, and some others to list the known models in errors. */
const otherPairsPerRow = 4
/** The fit takes their number squared in memory, and cubed in time: more are drawn from. */
const mostLabels = 4_000

/**
 * Trains the router `few_label` on a few hundred labels: labels → the space of the user's prompts → fit → measurement
 * on left-out labels → artifact. The same files, options and seed give the same artifact, byte for byte.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read or labels without
 * information (`too-few-labels`, `labels-all-alike`), `EmbeddingError` if the embedders do not fit.
 */
export async function trainFewLabel(options: FewLabelTraining): Promise<TrainedRouter> {
  parseTrainingOptions(optionsSchema, options)
  checkPrior(options.embedder, options.prior)
  const { prior, other, seed = 0, signal, onProgress } = options
  const hooks = signal === undefined ? {} : { signal }
  const embedder = asBaseEmbedder(options.embedder)
  const labelData = await toTrainingData(options.labels, options.licences)
  const promptData = await toTrainingData(options.prompts ?? [], options.licences)
  const asked = askedPair(options)

  const comparisons = await collectComparisons({
    data: labelData,
    ties: 'half',
    draw: {
      maxPerRow: otherPairsPerRow,
      ...(asked !== undefined && { keptPair: asked }),
      random: createRandom(seed),
    },
    ...hooks,
  })
  const pair = resolvePair(asked, comparisons)
  const given = labelsOfPair(comparisons, pair)
  const labels = selectLabels(given, drawAscending(given.prompts.length, mostLabels, createRandom(seed)))
  const unlabelled = await readPrompts(promptData, hooks)
  const prompts = [...new Set([...unlabelled.prompts, ...labels.prompts])]
  const further =
    other === undefined
      ? undefined
      : { vectors: await embedTexts(labels.prompts, other, hooks), size: other.dimensions }
  const onRead = (done: number, total: number) => onProgress?.({ stage: 'embed', done, total, loss: null })
  const space = await trainPromptSpace(prompts, embedder, prior.direction, { ...hooks, onRead }, further)
  const read = createPromptReader(space, embedder)
  const examples = {
    ...(await runUntilAborted(
      examplesOf(labels.prompts, read, space.vocabulary.hashes.length, (label) =>
        further?.vectors.subarray(label * further.size, (label + 1) * further.size),
      ),
      signal,
    )),
    weights: labels.weights,
  }
  const learning = await runUntilAborted(learnFewLabelInSteps(examples, labels, { seed }), signal)
  const { metrics, findings, warnings } = await runUntilAborted(
    findingsOf(learning, labels, examples.priors, pair, prompts.length, seed),
    signal,
  )
  const learningCurve =
    metrics.leftOutApgr === undefined
      ? undefined
      : await runUntilAborted(measureLearningCurve(examples, labels, learning, seed), signal)
  const parameters: FewLabelParameters = {
    space,
    weights: learning.weights,
    scale: learning.scale,
    trained: await runUntilAborted(trainedPrompts(labels, learning), signal),
  }
  const winRates = await calibrationWinRates(parameters, prompts, options)
  const sources = await describeData(
    [...labelData, ...promptData],
    [...comparisons.rowsUsed, ...unlabelled.rowsUsed],
    signal,
  )
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: 'few_label',
    name: options.name,
    embedder: { id: (other ?? embedder).id, dimensions: (other ?? embedder).dimensions },
    pair,
    models: [pair.strong, pair.weak],
    ...sources,
    seed,
    options: { [baseEmbedderOption]: embedder.id, ...variancesRecorded() },
    metrics,
    calibration: {
      prompts: winRates.length,
      winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
    },
  }
  return {
    artifact: { manifest, tensors: tensorsOfParameters(parameters) },
    warnings: [...warnings, ...drawnWarnings(given.prompts.length)],
    findings,
    ...(learningCurve !== undefined && { learningCurve }),
  }
}

function drawnWarnings(labels: number): string[] {
  if (labels <= mostLabels) return []
  return [
    `Of ${labels} labelled prompts ${mostLabels} were drawn at random and learned from, as many as this router takes. For so many labels train mf too, and compare them with routellm evaluate.`,
  ]
}

function variancesRecorded(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(defaultVariances).map(([part, variance]) => [`variance.${part}`, variance]),
  )
}

/** Distinct prompts of all data, in order, and how many rows each of them had. */
async function readPrompts(
  data: readonly TrainingData[],
  { signal }: { readonly signal?: AbortSignal },
): Promise<{ readonly prompts: ReadonlySet<string>; readonly rowsUsed: readonly number[] }> {
  const prompts = new Set<string>()
  const rowsUsed: number[] = []
  for (const source of data) {
    let rows = 0
    for await (const { place, value } of untilAborted(source.rows(signal), signal)) {
      prompts.add(stringColumn(parseRow(value, place), 'prompt', place))
      rows++
    }
    rowsUsed.push(rows)
  }
  return { prompts, rowsUsed }
}

function trainedPrompts(
  { prompts }: PairLabels,
  { leftOutScores, scale }: FewLabelLearning,
): Generator<void, TrainedPrompts> {
  return describeTrainedPromptsInSteps(prompts, (label) =>
    sigmoid(scale.slope * leftOutScores[label]! + scale.offset),
  )
}

/** Win rates that represent future prompts: of at most `calibrationPrompts`, drawn at random. */
async function calibrationWinRates(
  parameters: FewLabelParameters,
  prompts: readonly string[],
  { embedder, other, seed = 0, signal }: FewLabelTraining,
): Promise<Float64Array> {
  const router = createFewLabelRouter({
    parameters,
    embedder: asBaseEmbedder(embedder),
    ...(other !== undefined && { other }),
  })
  const drawn = drawAscending(prompts.length, calibrationPrompts, createRandom(seed))
  return router.strongWinRates(
    Array.from(drawn, (index) => promptFromText(prompts[index]!)),
    signal,
  )
}

function checkPrior(embedder: Embedder, prior: PriorRouter): void {
  if (embedder.id === prior.embedderId) return
  throw new EmbeddingError(
    'embedder-mismatch',
    `The prior router reads the vectors of ${prior.embedderId}, and the embedder is ${embedder.id}. Give the embedder that the prior was made with.`,
  )
}
