import { runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { promptFromText, type RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import { isModelScoringRouter } from '../../routing/routers/model-scoring-router.ts'
import { resolveRouterKind } from '../../routing/routers/registry.ts'
import { isCrossFittedRouter, type Router } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import { findLabelOriginsInSteps } from '../../routing/routers/trained-prompts/label-origins.ts'
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
 * Finds the labels that the policies' routers were trained on. A router that keeps win rates of fits without each of them
 * answers with those; a policy that needs scores of models, or a router that keeps none, cannot use the label.
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
  const leftOut = new Map<Router, ReadonlyMap<string, number>>()
  for (const [name, { router, spec }] of routers) {
    const kind = await resolveRouterKind(spec, dependencies)
    const trained =
      spec.checkpoint === undefined ? await kind.origin?.trainedPrompts?.(spec, dependencies) : undefined
    const needsScores =
      isModelScoringRouter(router) &&
      policies.some((policy) => policy.routers.includes(name) && policy.kind !== 'pair')
    const origins =
      trained === undefined
        ? undefined
        : await runUntilAborted(findLabelOriginsInSteps(prompts, trained), signal)
    const winRates = new Map<string, number>()
    for (const [row, prompt] of prompts.entries()) {
      const winRate =
        origins === undefined && isCrossFittedRouter(router)
          ? router.crossFittedWinRate(promptFromText(prompt))
          : origins?.winRates[row]
      const isTrained = origins === undefined ? winRate !== undefined : origins.isTrained[row] === true
      if (!isTrained) continue
      if (winRate === undefined || needsScores) isLearned[row] = true
      else {
        isCrossFitted[row] = true
        winRates.set(prompt, winRate)
      }
    }
    leftOut.set(router, winRates)
  }
  return {
    isLearned,
    crossFitted: isCrossFitted.filter((each, row) => each && !isLearned[row]).length,
    routerFor: ({ router }) => withWinRates(router, leftOut.get(router) ?? new Map()),
  }
}

/** The router, with other win rates for some prompts. */
function withWinRates(router: Router, winRates: ReadonlyMap<string, number>): Router {
  if (winRates.size === 0) return router
  return {
    ...router,
    strongWinRate: (prompt: RoutedPrompt, signal?: AbortSignal) =>
      winRates.get(prompt.text) ?? router.strongWinRate(prompt, signal),
  }
}
