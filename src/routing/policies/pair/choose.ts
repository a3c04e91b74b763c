import { findExclusion } from '../../catalogue/exclusion.ts'
import type { Model } from '../../catalogue/model.ts'
import { noNeeds, type RequestNeeds } from '../../catalogue/request-needs.ts'
import type { Router } from '../../routers/router.ts'
import { refuseIfAllExcluded, toCandidates } from '../candidates.ts'
import type { Choice, FallbackReason } from '../choice.ts'
import { isRaised, raiseThreshold } from '../pacing.ts'
import type { CallerSignal, PolicyRequest } from '../policy.ts'
import { toRouterProblem } from '../router-problem.ts'
import { waitInTime } from '../wait-in-time.ts'

/** The two models that a router chooses between. */
export type PairModels = { readonly strong: Model; readonly weak: Model }

/** By which policy, router and threshold a pair is compared. */
export type Comparison = {
  readonly policy: string | null
  readonly router: Router
  /** In [0, 1]. */
  readonly threshold: number
  /** What `threshold` was raised by and from; absent if it is as configured. */
  readonly paced?: { readonly pace: number; readonly ownThreshold: number }
}

/** Scores a prompt and compares: win rate ≥ threshold means strong. */
export type ChooseOfPair = (
  request: PolicyRequest,
  comparison: Comparison,
  signal?: CallerSignal,
) => Choice | Promise<Choice>

/**
 * Choices between two models. A router that answers at once costs no promise and no timer.
 *
 * A router that throws, rejects, returns no number in [0, 1] or takes longer than `routerTimeoutMs` gives a fallback to
 * the strong model. See `Policy.choose` for status 429 and aborts.
 */
export function createChooseOfPair(pair: PairModels, routerTimeoutMs: number): ChooseOfPair {
  /** An AbortSignal costs more than a local router, so routers that answered at once before are called without one. */
  const answersAtOnce = new WeakSet<Router>()
  const models = [pair.strong, pair.weak]
  const candidates = toCandidates(models, noNeeds)

  function compare(strongWinRate: number, comparison: Comparison): Choice {
    const { policy, router, threshold } = comparison
    if (!(strongWinRate >= 0 && strongWinRate <= 1)) {
      const problem = `it returned ${strongWinRate}, not a win rate from 0 to 1`
      return fallBack('router-error', problem, comparison)
    }
    const side = strongWinRate >= threshold ? 'strong' : 'weak'
    return {
      kind: 'routed',
      model: pair[side],
      policy,
      router: router.name,
      threshold,
      strongWinRate,
      side,
      candidates,
      scores: null,
      check: null,
      ...comparison.paced,
    }
  }

  function fallBack(fallback: FallbackReason, problem: string, comparison: Comparison): Choice {
    const { policy, router, threshold, paced } = comparison
    return {
      kind: 'fallback',
      fallback,
      model: pair.strong,
      policy,
      router: router.name,
      threshold: paced?.ownThreshold ?? threshold,
      side: 'strong',
      problem,
      candidates,
    }
  }

  function fail(error: unknown, comparison: Comparison): Choice {
    return fallBack('router-error', toRouterProblem(error), comparison)
  }

  function wait(
    pending: Promise<number>,
    comparison: Comparison,
    controller: AbortController,
    caller: CallerSignal | undefined,
  ): Promise<Choice> {
    const outcomes = {
      answered: (winRate: number) => compare(winRate, comparison),
      failed: (error: unknown) => fail(error, comparison),
      late: (problem: string) => fallBack('router-timeout', problem, comparison),
    }
    return waitInTime(pending, outcomes, comparison.router.name, routerTimeoutMs, controller, caller)
  }

  /** If only one of the two can answer, nothing is scored. Null if both can. */
  function takeOnlyOne(needs: RequestNeeds, { policy }: Comparison): Choice | null {
    if (models.every((model) => findExclusion(model, needs) === null)) return null
    const marked = toCandidates(models, needs)
    refuseIfAllExcluded(marked, needs)
    if (marked.every(({ excluded }) => excluded === null)) return null
    const side = marked[0]!.excluded === null ? 'strong' : 'weak'
    return {
      kind: 'routed',
      model: pair[side],
      policy,
      router: null,
      threshold: null,
      strongWinRate: null,
      side,
      candidates: marked,
      scores: null,
      check: null,
    }
  }

  return ({ prompt, needs, pace }, configured, caller) => {
    const onlyOne = takeOnlyOne(needs, configured)
    if (onlyOne !== null) return onlyOne
    const comparison = isRaised(pace) ? toPacedComparison(configured, pace) : configured
    const { router } = comparison
    try {
      const wasAtOnce = answersAtOnce.has(router)
      const controller = wasAtOnce ? undefined : new AbortController()
      const winRate = router.strongWinRate(prompt, controller?.signal)
      if (typeof winRate === 'number') {
        if (!wasAtOnce) answersAtOnce.add(router)
        return compare(winRate, comparison)
      }
      answersAtOnce.delete(router)
      return wait(winRate, comparison, controller ?? new AbortController(), caller)
    } catch (error) {
      return fail(error, comparison)
    }
  }
}

function toPacedComparison(configured: Comparison, pace: number): Comparison {
  const { threshold: ownThreshold } = configured
  return { ...configured, threshold: raiseThreshold(ownThreshold, pace), paced: { pace, ownThreshold } }
}
