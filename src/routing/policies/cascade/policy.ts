import { type Exclusion, findExclusions } from '../../catalogue/exclusion.ts'
import { refuseIfAllExcluded } from '../candidates.ts'
import type { Candidate, Choice, RoutedChoice } from '../choice.ts'
import { expectCost, expectLatencies, type ObservedCandidate } from '../observations/expected-call.ts'
import { isRaised, raiseThreshold } from '../pacing.ts'
import { createChooseOfPair } from '../pair/choose.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { findAverageAnswer } from './average-answer.ts'
import { describeCascade } from './describe.ts'
import type { CascadeOptions } from './options.ts'
import { findWay, type WayChoice } from './way.ts'

/** Asks the weak model, and the strong one if the verifier finds that the answer looks wrong. */
export function createCascadePolicy(options: CascadeOptions): DescribingPolicy {
  const { name, verifier, threshold, router, hardFrom, easyBelow, timeoutMs, samples, maxSeconds } = options
  const [strong, weak] = [options.candidates[0].model, options.candidates[1].model]
  const models = [strong, weak]
  const chooseOfPair = createChooseOfPair({ strong, weak }, options.routerTimeoutMs)
  const average = findAverageAnswer(verifier.winRateQuantiles, threshold)

  function toCandidates(request: PolicyRequest): readonly [Candidate, Candidate] {
    const task = request.task?.() ?? null
    const [strongExcluded, weakExcluded] = findExclusions(models, request.needs)
    const expect = (candidate: ObservedCandidate, excluded: Exclusion | null): Candidate => {
      const { usd, outputTokens } = expectCost(candidate, request, task)
      return {
        model: candidate.model,
        usd,
        excluded,
        expected: { outputTokens, ...expectLatencies(candidate, 50) },
      }
    }
    return [
      expect(options.candidates[0], strongExcluded ?? null),
      expect(options.candidates[1], weakExcluded ?? null),
    ]
  }

  function routed(candidates: readonly Candidate[], side: 'strong' | 'weak'): RoutedChoice {
    return {
      kind: 'routed',
      model: side === 'strong' ? strong : weak,
      policy: name,
      router: null,
      threshold: null,
      strongWinRate: null,
      side,
      candidates,
      scores: null,
      check: null,
    }
  }

  function cascade(
    candidates: readonly Candidate[],
    { prompt, pace }: PolicyRequest,
    asked: string | null,
  ): RoutedChoice {
    const paced = raiseThreshold(threshold, pace ?? 1)
    const check = { verifier, threshold: paced, strong, timeoutMs, prompt: prompt.text, samples }
    return {
      ...routed(candidates, 'weak'),
      router: asked,
      threshold: paced,
      check,
      ...(isRaised(pace) && { pace, ownThreshold: threshold }),
    }
  }

  function decide([large, small]: readonly Candidate[], strongWinRate: number | null): WayChoice | null {
    if (large?.excluded !== null || small?.excluded !== null) return null
    return findWay({
      strongWinRate,
      hardFrom,
      easyBelow,
      strongUsd: large.usd,
      weakUsd: small.usd,
      weakCalls: 1 + samples,
      separation: verifier.separation,
      average,
      threshold,
      weakSeconds: findWholeSeconds(small),
      strongSeconds: large.expected?.firstTokenSeconds ?? 0,
      maxSeconds,
    })
  }

  /** @param scored what the router said of the prompt. */
  function choose(request: PolicyRequest, candidates: readonly Candidate[], scored: Choice | null): Choice {
    if (scored?.kind === 'fallback') return { ...scored, threshold: null, candidates }
    const strongWinRate = scored?.strongWinRate ?? null
    const decided = decide(candidates, strongWinRate)
    const asked = scored?.router ?? null
    if (decided === null || decided.way === 'cascade') return cascade(candidates, request, asked)
    const { kind, way } = decided
    const bound = way === 'strong' ? hardFrom : easyBelow
    return {
      ...routed(candidates, way),
      router: asked,
      strongWinRate,
      threshold: kind === 'bound' ? bound : null,
    }
  }

  return {
    name,
    models,
    safest: strong,
    choose(request, signal) {
      const candidates = toCandidates(request)
      refuseIfAllExcluded(candidates, request.needs)
      if (candidates[0].excluded !== null) return routed(candidates, 'weak')
      if (candidates[1].excluded !== null) return routed(candidates, 'strong')
      if (router === null) return choose(request, candidates, null)
      const scored = chooseOfPair(request, { policy: name, router, threshold: hardFrom }, signal)
      return scored instanceof Promise
        ? scored.then((known) => choose(request, candidates, known))
        : choose(request, candidates, scored)
    },
    describe: (choice) =>
      describeCascade(
        choice,
        options,
        choice.pace === undefined
          ? average
          : findAverageAnswer(verifier.winRateQuantiles, raiseThreshold(threshold, choice.pace)),
        decide(choice.candidates, choice.strongWinRate),
      ),
  }
}

/** Until the answer is complete. The policy expects the latencies of each of its candidates. */
function findWholeSeconds({ expected }: Candidate): number {
  if (expected === undefined) return 0
  const { firstTokenSeconds, secondsPerOutputToken, outputTokens } = expected
  return (firstTokenSeconds ?? 0) + Math.max(0, outputTokens - 1) * (secondsPerOutputToken ?? 0)
}
