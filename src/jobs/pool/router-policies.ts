import { hearAbort, runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { InvalidRequestError } from '../../errors.ts'
import {
  type PoolExpectations,
  sweepTolerances,
  sweepUsdWeights,
} from '../../learning/evaluation/pool/choices.ts'
import type { MeasuredPolicy } from '../../learning/evaluation/pool/measure.ts'
import type { PoolOutcomes } from '../../learning/evaluation/pool/pool-outcomes.ts'
import { promptFromText, type RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import {
  isCrossFittedModelScoringRouter,
  isModelScoringRouter,
  isReplyPredictingRouter,
  type ModelScoringRouter,
} from '../../routing/routers/model-scoring-router.ts'
import { loadRouter, type RouterSpec, resolveRouterKind } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import { createTrainedPromptRecognition } from '../../routing/routers/trained-prompts/recognition.ts'
import type { JobContext } from '../job.ts'

/**
 * A router under two policies: the cheapest model within a tolerance of the best predicted score, and the highest predicted score
 * less a weight times the dollars, each at all settings. Expected dollars are the model's mean over the rows, and of a router that
 * predicts how long replies are, that mean times the predicted length by its own mean.
 *
 * A prompt that the router was trained on has the scores of a fit without it.
 *
 * @throws InvalidRequestError `router-not-supported` for a router that does not predict scores of all the models, or that was
 *   trained on these prompts and has no scores of fits without them.
 */
export async function routerPolicies(
  spec: RouterSpec,
  outcomes: PoolOutcomes,
  context: JobContext,
): Promise<MeasuredPolicy[]> {
  const { dependencies } = context.workspace
  const router = await loadRouter(spec, dependencies)
  try {
    const scoring = scoringRouter(router, outcomes.models)
    await checkTrainedPrompts(spec, scoring, outcomes, context)
    const expected = await expectationsOf(scoring, outcomes, context)
    return [
      { name: `${spec.name}, tolerance`, settings: sweepTolerances(expected), mixes: true },
      { name: `${spec.name}, utility`, settings: sweepUsdWeights(expected), mixes: true },
    ]
  } finally {
    if (isClosableRouter(router)) await router.close()
  }
}

function scoringRouter(router: Router, models: readonly string[]): ModelScoringRouter {
  const refuse = (why: string): never => {
    throw new InvalidRequestError(
      'router-not-supported',
      `the router ${router.name} ${why}. Train one with routellm train few_label --models ${models.join(',')}`,
      { param: '--routers' },
    )
  }
  if (!isModelScoringRouter(router)) return refuse('scores no models')
  if (router.modelScoreUnit !== 'labels') return refuse('does not predict scores in the unit of the outcomes')
  const missing = models.filter((model) => !router.models.includes(model))
  if (missing.length > 0)
    return refuse(`knows ${router.models.join(', ')}, and the pool has ${missing.join(', ')} too`)
  return router
}

async function checkTrainedPrompts(
  spec: RouterSpec,
  router: ModelScoringRouter,
  { prompts }: PoolOutcomes,
  { workspace: { dependencies }, signal, onWarning }: JobContext,
): Promise<void> {
  const kind = await resolveRouterKind(spec, dependencies)
  const trained = await kind.origin?.trainedPrompts?.(spec, dependencies)
  if (trained === undefined) return
  const recognition = await runUntilAborted(createTrainedPromptRecognition(trained), signal)
  let [same, near] = [0, 0]
  for (const prompt of prompts) {
    const match = recognition.find(prompt)
    if (match?.kind === 'same') same++
    if (match?.kind === 'near') near++
  }
  if (same > 0 && isCrossFittedModelScoringRouter(router))
    onWarning(
      `the router ${router.name} was trained on ${same} of the ${prompts.length} prompts: each of them has the scores of a fit without it`,
    )
  const flattered = isCrossFittedModelScoringRouter(router) ? near : same + near
  if (flattered === 0) return
  onWarning(
    `${flattered} of the ${prompts.length} prompts are, or are nearly, prompts that the router ${router.name} was trained on, and it cannot score them as if it had not been: these numbers are too good. Use outcomes of other prompts`,
  )
}

async function expectationsOf(
  router: ModelScoringRouter,
  { prompts, models, usd, weights }: PoolOutcomes,
  { signal, onProgress }: JobContext,
): Promise<PoolExpectations> {
  const places = models.map((model) => router.models.indexOf(model))
  const scores = new Float64Array(usd.length)
  // The same for every prompt if the router does not predict lengths.
  const lengths = new Float64Array(usd.length).fill(1)
  for (const [row, text] of prompts.entries()) {
    const prompt = promptFromText(text)
    const predicted = await predict(router, prompt, signal)
    places.forEach((place, model) => {
      scores[row * models.length + model] = predicted.scores[place]!
      lengths[row * models.length + model] = predicted.outputTokens?.[place] ?? 1
    })
    if (row % 8 !== 7) continue
    onProgress({ stage: 'scoring', done: row + 1, total: prompts.length, detail: router.name })
    await hearAbort(signal)
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const meansOf = (values: Float64Array) =>
    models.map((_, model) =>
      weights.reduce((sum, weight, row) => sum + (weight * values[row * models.length + model]!) / total, 0),
    )
  const [meanUsd, meanLength] = [meansOf(usd), meansOf(lengths)]
  return {
    models: models.length,
    scores,
    usd: lengths.map((length, cell) => {
      const model = cell % models.length
      return (meanUsd[model]! * length) / meanLength[model]!
    }),
  }
}

/** Of a fit without the prompt if the router keeps one. */
async function predict(
  router: ModelScoringRouter,
  prompt: RoutedPrompt,
  signal: AbortSignal,
): Promise<{ readonly scores: Float64Array; readonly outputTokens?: Float64Array }> {
  const scores = isCrossFittedModelScoringRouter(router) ? router.crossFittedModelScores(prompt) : undefined
  if (!isReplyPredictingRouter(router))
    return { scores: scores ?? (await router.modelScores(prompt, signal)) }
  const outputTokens = router.crossFittedOutputTokens(prompt)
  return scores && outputTokens ? { scores, outputTokens } : router.predictReplies(prompt, signal)
}
