import { z } from 'zod'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { drawAscending } from '../../../base/math/draw.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { cascadeKind } from '../../../routing/routers/cascade-kind.ts'
import { baseEmbedderOption } from '../../../routing/routers/few_label/of-artifact.ts'
import { asBaseEmbedder } from '../../../routing/routers/few_label/prompt-space.ts'
import { describeTrainedPromptsInSteps } from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import type { VerifierParameters } from '../../../routing/verifiers/parameters.ts'
import { answerFeaturesId, measureAnswer } from '../../../routing/verifiers/reading/answer-features.ts'
import { answerFeaturesOption, tensorsOfVerifier } from '../../../routing/verifiers/tensors.ts'
import { mostLabels } from '../few_label/few-label-training.ts'
import { learnFewLabelInSteps } from '../few_label/learning.ts'
import type { PriorRouter } from '../few_label/prior.ts'
import { readExamples } from '../few_label/space/read-examples.ts'
import { readPrompts } from '../few_label/space/read-prompts.ts'
import { leftOutApgr } from '../left-out-apgr.ts'
import { askedPair } from '../model-pair.ts'
import { calibrationQuantiles, type TrainedRouter } from '../trained-router.ts'
import { describeData, type TrainingInput, toTrainingData } from '../training-data.ts'
import { type CommonTraining, optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { answerExamplesOf, trainAnswerSpace } from './answer-examples.ts'
import { answerSeparation } from './answer-separation.ts'
import { findingsOf } from './findings.ts'
import { type AnsweredLabels, readAnsweredLabels, selectAnswered } from './labels.ts'
import { answerVariances, type CascadeLearning, learnCascade } from './learning.ts'

export type CascadeTraining = CommonTraining & {
  /** Outcomes with the weak model's answers. See `parseAnsweredOutcomes`. */
  readonly labels: readonly TrainingInput[]
  /** As for `few_label`: prompts without labels show the distribution of the traffic. */
  readonly prompts?: readonly TrainingInput[]
  /** The built-in embedder. */
  readonly embedder: Embedder
  /** The router that the prompt's part starts from, on that embedder; see `loadPriorRouter`. */
  readonly prior: PriorRouter
}

const optionsSchema = z.object({ name: optionSchemas.name, labels: optionSchemas.data })

/**
 * Trains the verifier of a cascade on labels with the weak model's answers: labels → the spaces of prompts and answers → fit →
 * measurement on left-out labels, beside a router that reads the prompt only → artifact. The same files, options and seed
 * give the same artifact, byte for byte.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read or labels without
 * information (`no-answers`, `too-few-labels`, `labels-all-alike`).
 */
export async function trainCascade(options: CascadeTraining): Promise<TrainedRouter> {
  parseTrainingOptions(optionsSchema, options)
  const { seed = 0, signal } = options
  const data = await toTrainingData(options.labels, options.licences)
  const asked = askedPair(options)
  const read = await readAnsweredLabels(data, asked, signal)
  const { pair } = read
  const drawn = drawAscending(read.labels.prompts.length, mostLabels, createRandom(seed))
  const labels = selectAnswered(read.labels, drawn)
  const promptData = await toTrainingData(options.prompts ?? [], options.licences)
  const unlabelled = await readPrompts(promptData, signal)
  const known = await readLabelled(labels, unlabelled.prompts, options)
  const learning = await runUntilAborted(learnCascade(known.examples, known.answers, labels), signal)
  const promptOnly = await runUntilAborted(learnFewLabelInSteps(known.examples, labels, { seed }), signal)
  const apgr = await runUntilAborted(
    leftOutApgr({ ...labels, scores: learning.leftOutScores, promptOnly: promptOnly.leftOutScores }, seed),
    signal,
  )
  const { metrics, findings, warnings } = findingsOf(
    answerSeparation(learning, promptOnly, labels),
    read,
    labels,
    apgr,
  )
  const winRates = learning.leftOutScores.map((score) => leftOutWinRate(learning, score))
  const parameters: VerifierParameters = {
    space: known.space,
    weights: learning.weights,
    scale: learning.scale,
    trained: await runUntilAborted(
      describeTrainedPromptsInSteps(labels.prompts, (label) => winRates[label]),
      signal,
    ),
    answer: { space: known.answerSpace, weights: learning.answerWeights },
  }
  const embedder = asBaseEmbedder(options.embedder)
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: cascadeKind,
    name: options.name,
    embedder: { id: embedder.id, dimensions: embedder.dimensions },
    pair,
    models: [pair.strong, pair.weak],
    ...(await describeData([...data, ...promptData], [...read.rowsUsed, ...unlabelled.rowsUsed], signal)),
    seed,
    options: {
      [baseEmbedderOption]: embedder.id,
      [answerFeaturesOption]: answerFeaturesId,
      ...Object.fromEntries(
        Object.entries(answerVariances).map(([part, variance]) => [`answerVariance.${part}`, variance]),
      ),
    },
    metrics,
    calibration: {
      prompts: winRates.length,
      winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
    },
  }
  return { artifact: { manifest, tensors: tensorsOfVerifier(parameters) }, warnings, findings }
}

function leftOutWinRate({ scale }: CascadeLearning, score: number): number {
  return sigmoid(scale.slope * score + scale.offset)
}

async function readLabelled(
  { prompts, answers, weights }: AnsweredLabels,
  unlabelled: ReadonlySet<string>,
  options: CascadeTraining,
) {
  const { signal } = options
  const { space, examples } = await readExamples(prompts, unlabelled, options)
  const measured = await runUntilAborted(mapInSteps(answers, measureAnswer), signal)
  const answerSpace = await runUntilAborted(trainAnswerSpace(measured), signal)
  return {
    space,
    answerSpace,
    examples: { ...examples, weights },
    answers: await runUntilAborted(answerExamplesOf(measured, answerSpace), signal),
  }
}
