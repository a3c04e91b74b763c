import { runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { promptFromText, type RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import {
  isCrossFittedModelScoringRouter,
  isModelScoringRouter,
  isReplyPredictingRouter,
  type ModelScoringRouter,
  type ReplyPredictingRouter,
} from '../../routing/routers/model-scoring-router.ts'
import { resolveRouterKind } from '../../routing/routers/registry.ts'
import { isCrossFittedRouter, type Router } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import {
  findLabelOriginsInSteps,
  type LabelOrigins,
} from '../../routing/routers/trained-prompts/label-origins.ts'
import type { OpenPolicy, OpenRouter } from './open-policies.ts'

/** How labels are used with routers that were trained on some of them. */
export type LeftOutLabels = {
  /** [labels] whether some policy cannot score it as if its router had not been trained on it. */
  readonly isLearned: readonly boolean[]
  /** Labels that a router scores by a fit without them. */
  readonly crossFitted: number
  /** The router that scores each label by a fit without it. */
  routerFor(router: OpenRouter): Router
}

/**
 * Finds the labels that the policies' routers were trained on. A router that keeps the win rates or the scores of fits without
 * each of them answers with those; a label that a policy needs others of cannot be used.
 */
export async function leaveLabelsOut(
  prompts: readonly string[],
  policies: readonly OpenPolicy[],
  routers: ReadonlyMap<string, OpenRouter>,
  dependencies: RouterDependencies,
  signal: AbortSignal,
): Promise<LeftOutLabels> {
  const isLearned = prompts.map(() => false)
  const isCrossFitted = prompts.map(() => false)
  const leftOut = new Map<Router, LeftOutAnswers>()
  for (const [name, open] of routers) {
    const { router } = open
    const isTrained = await findTrained(prompts, open, dependencies, signal)
    const asking = policies.filter((policy) => policy.routers.includes(name))
    // A pair asks for win rates; others ask for the scores of models, if the router has some.
    const needsScores = isModelScoringRouter(router) && asking.some(({ kind }) => kind !== 'pair')
    const needsWinRate = !isModelScoringRouter(router) || asking.some(({ kind }) => kind === 'pair')
    const answers: LeftOutAnswers = { winRates: new Map(), scores: new Map() }
    for (const [row, prompt] of prompts.entries()) {
      const winRate = isTrained.winRates[row]
      const scores = isCrossFittedModelScoringRouter(router)
        ? router.crossFittedModelScores(promptFromText(prompt))
        : undefined
      if (isTrained.isTrained[row] !== true && winRate === undefined && scores === undefined) continue
      if ((needsWinRate && winRate === undefined) || (needsScores && scores === undefined)) {
        isLearned[row] = true
        continue
      }
      isCrossFitted[row] = true
      if (winRate !== undefined) answers.winRates.set(prompt, winRate)
      if (scores !== undefined) answers.scores.set(prompt, scores)
    }
    leftOut.set(router, answers)
  }
  return {
    isLearned,
    crossFitted: isCrossFitted.filter((each, row) => each && !isLearned[row]).length,
    routerFor: ({ router }) => withAnswers(router, leftOut.get(router)),
  }
}

type LeftOutAnswers = {
  readonly winRates: Map<string, number>
  readonly scores: Map<string, Float64Array>
}

type TrainedLabels = Pick<LabelOrigins, 'winRates' | 'isTrained'>

/** What the router's record says of the labels; without a record, what the router says. */
async function findTrained(
  prompts: readonly string[],
  { router, spec }: OpenRouter,
  dependencies: RouterDependencies,
  signal: AbortSignal,
): Promise<TrainedLabels> {
  const kind = await resolveRouterKind(spec, dependencies)
  const trained =
    spec.checkpoint === undefined ? await kind.origin?.trainedPrompts?.(spec, dependencies) : undefined
  if (trained !== undefined) return runUntilAborted(findLabelOriginsInSteps(prompts, trained), signal)
  const winRates = prompts.map((prompt) =>
    isCrossFittedRouter(router) ? router.crossFittedWinRate(promptFromText(prompt)) : undefined,
  )
  return { winRates, isTrained: winRates.map((winRate) => winRate !== undefined) }
}

/** The router, with other answers for some prompts. */
function withAnswers(router: Router, answers: LeftOutAnswers | undefined): Router {
  if (answers === undefined || answers.winRates.size + answers.scores.size === 0) return router
  const { winRates, scores } = answers
  const withWinRates = {
    ...router,
    strongWinRate: (prompt: RoutedPrompt, signal?: AbortSignal) =>
      winRates.get(prompt.text) ?? router.strongWinRate(prompt, signal),
  }
  if (!isModelScoringRouter(router)) return withWinRates
  const modelScores: ModelScoringRouter['modelScores'] = (prompt, signal) =>
    scores.get(prompt.text) ?? router.modelScores(prompt, signal)
  const withScores = Object.assign(withWinRates, { modelScores })
  if (!isReplyPredictingRouter(router)) return withScores
  const predictReplies: ReplyPredictingRouter['predictReplies'] = (prompt, signal) => {
    const known = scores.get(prompt.text)
    const outputTokens = known && router.crossFittedOutputTokens(prompt)
    return outputTokens ? { scores: known, outputTokens } : router.predictReplies(prompt, signal)
  }
  return Object.assign(withScores, { predictReplies })
}
