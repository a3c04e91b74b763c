import type { Model } from '../../catalogue/model.ts'
import { refuseIfAllExcluded } from '../candidates.ts'
import type { Candidate, Choice, FallbackReason } from '../choice.ts'
import { toPaceField } from '../pacing.ts'
import type { CallerSignal, Policy, PolicyRequest } from '../policy.ts'
import { toRouterProblem } from '../router-problem.ts'
import { waitInTime } from '../wait-in-time.ts'
import type { Prediction, QualityEstimate, RoutedQuality } from './quality-estimate.ts'

export type QualityChoiceOptions = {
  /** The policy's configured name. */
  readonly name: string | null
  /** One of the candidates: answers if the router fails. If it is excluded, the first candidate that can answer does. */
  readonly safest: Model
  readonly estimate: QualityEstimate
  readonly routerTimeoutMs: number
  /**
   * The candidates of a request: priced, and those marked that cannot answer it.
   *
   * @param outputTokens [candidates] the tokens of each reply as the router predicts them; null if it does not.
   */
  readonly toCandidates: (
    request: PolicyRequest,
    outputTokens: ArrayLike<number> | null,
  ) => readonly Candidate[]
  /**
   * The position of the candidate that answers, one that is not excluded.
   *
   * @param scores [candidates], NaN for those that are excluded.
   * @param pace how many times more than usual a dollar counts, from 1.
   */
  readonly pick: (candidates: readonly Candidate[], scores: Float64Array, pace: number) => number
}

/**
 * `Policy.choose` for policies that compare predicted qualities. A router that answers at once costs no promise and no
 * timer. If one candidate is left, it is chosen without asking the router.
 */
export function createChooseByQuality(options: QualityChoiceOptions): Policy['choose'] {
  const { name, safest, estimate, routerTimeoutMs } = options
  /** An AbortSignal costs more than a local router, so one that answered at once before is called without one. */
  let answersAtOnce = false

  function routed(
    candidates: readonly Candidate[],
    index: number,
    router: string | null,
    scores: Float64Array | null,
    pace?: number,
  ): Choice {
    return {
      kind: 'routed',
      model: candidates[index]!.model,
      policy: name,
      router,
      threshold: null,
      strongWinRate: null,
      side: null,
      candidates,
      scores,
      check: null,
      ...toPaceField(pace),
    }
  }

  function fallBack(
    candidates: readonly Candidate[],
    router: string,
    fallback: FallbackReason,
    problem: string,
  ): Choice {
    const able = candidates.filter(({ excluded }) => excluded === null)
    const { model } = able.find((candidate) => candidate.model === safest) ?? able[0]!
    return {
      kind: 'fallback',
      fallback,
      model,
      policy: name,
      router,
      threshold: null,
      side: null,
      problem,
      candidates,
    }
  }

  function compare(
    candidates: readonly Candidate[],
    qualities: ArrayLike<number>,
    router: string | null,
    pace: number | undefined,
  ): Choice {
    const scores = new Float64Array(candidates.length)
    for (let index = 0; index < scores.length; index++)
      scores[index] = candidates[index]!.excluded === null ? qualities[index]! : Number.NaN
    return routed(candidates, options.pick(candidates, scores, pace ?? 1), router, scores, pace)
  }

  function ask(
    { router, predict }: RoutedQuality,
    request: PolicyRequest,
    unread: readonly Candidate[],
    caller: CallerSignal | undefined,
  ): Choice | Promise<Choice> {
    const outcomes = {
      answered({ qualities, outputTokens }: Prediction) {
        const candidates = outputTokens === null ? unread : options.toCandidates(request, outputTokens)
        refuseIfAllExcluded(candidates, request.needs)
        const odd = candidates.findIndex(
          ({ excluded }, index) => excluded === null && !Number.isFinite(qualities[index]),
        )
        if (odd < 0) return compare(candidates, qualities, router, request.pace)
        const problem = `its score of ${candidates[odd]!.model.name} is ${qualities[odd]}`
        return fallBack(candidates, router, 'router-error', problem)
      },
      failed: (error: unknown) => withoutRouter('router-error', toRouterProblem(error)),
      late: (problem: string) => withoutRouter('router-timeout', problem),
    }
    const withoutRouter = (reason: FallbackReason, problem: string) => {
      refuseIfAllExcluded(unread, request.needs)
      return fallBack(unread, router, reason, problem)
    }
    const controller = answersAtOnce ? undefined : new AbortController()
    let answer: ReturnType<RoutedQuality['predict']>
    try {
      answer = predict(request.prompt, controller?.signal)
    } catch (error) {
      return outcomes.failed(error)
    }
    answersAtOnce = !(answer instanceof Promise)
    if (!(answer instanceof Promise)) return outcomes.answered(answer)
    return waitInTime(answer, outcomes, router, routerTimeoutMs, controller ?? new AbortController(), caller)
  }

  return (request, caller) => {
    const candidates = options.toCandidates(request, null)
    // A candidate that seems too dear may not be so once the router has predicted how long its reply is.
    const isOpen =
      estimate.kind === 'router' &&
      estimate.predictsLengths &&
      candidates.some(({ excluded }) => excluded === 'budget')
    if (!isOpen) refuseIfAllExcluded(candidates, request.needs)
    if (estimate.kind === 'table') return compare(candidates, estimate.qualities, null, request.pace)
    const only = isOpen ? -1 : findOnly(candidates)
    return only < 0 ? ask(estimate, request, candidates, caller) : routed(candidates, only, null, null)
  }
}

/** The position of the only candidate that can answer; -1 if there are more. */
function findOnly(candidates: readonly Candidate[]): number {
  const first = candidates.findIndex(({ excluded }) => excluded === null)
  const isOnly = candidates.every(({ excluded }, index) => index === first || excluded !== null)
  return isOnly ? first : -1
}
