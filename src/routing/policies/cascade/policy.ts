import { type Exclusion, findExclusions } from '../../catalogue/exclusion.ts'
import { refuseIfAllExcluded } from '../candidates.ts'
import type { Candidate, Choice, RoutedChoice } from '../choice.ts'
import {
  type CallPriors,
  expectCost,
  expectLatencies,
  type ObservedCandidate,
} from '../observations/expected-call.ts'
import { createChooseOfPair } from '../pair/choose.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { describeCascade } from './describe.ts'
import type { CascadeOptions } from './options.ts'
import { findWay, shareFrom, type Way } from './way.ts'

/** Asks the weak model, and the strong one if the verifier finds that the answer looks wrong. */
export function createCascadePolicy(options: CascadeOptions): DescribingPolicy {
  const { name, verifier, threshold, router, hardFrom, easyBelow, timeoutMs, samples, maxSeconds } = options
  const [strong, weak] = [options.candidates[0].model, options.candidates[1].model]
  const separation = 'separation' in verifier ? verifier.separation : null
  const models = [strong, weak]
  const chooseOfPair = createChooseOfPair({ strong, weak }, options.routerTimeoutMs)
  const escalatedShare = shareFrom(verifier.winRateQuantiles, threshold)

  function toCandidates(request: PolicyRequest): readonly [Expected, Expected] {
    const task = request.task?.() ?? null
    const [strongExcluded, weakExcluded] = findExclusions(models, request.needs)
    const expect = (candidate: ObservedCandidate, excluded: Exclusion | null): Expected => {
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

  function cascade(candidates: readonly Candidate[], prompt: string, asked: string | null): RoutedChoice {
    const check = { verifier, threshold, strong, timeoutMs, prompt, samples }
    return { ...routed(candidates, 'weak'), router: asked, threshold, check }
  }

  /** @param scored what the router said of the prompt. */
  function choose(
    { prompt }: PolicyRequest,
    candidates: readonly [Expected, Expected],
    scored: Choice | null,
  ): Choice {
    if (scored?.kind === 'fallback') return { ...scored, threshold: null, candidates }
    const strongWinRate = scored?.strongWinRate ?? null
    const way: Way = findWay({
      strongWinRate,
      hardFrom,
      easyBelow,
      strong: candidates[0],
      weak: candidates[1],
      escalatedShare,
      weakCalls: 1 + samples,
      separation,
      threshold,
      weakSeconds: findWholeSeconds(candidates[1]),
      strongSeconds: candidates[0].expected.firstTokenSeconds,
      maxSeconds,
    })
    const asked = scored?.router ?? null
    if (way === 'cascade') return cascade(candidates, prompt.text, asked)
    const isBound =
      strongWinRate !== null && (way === 'strong' ? strongWinRate >= hardFrom : strongWinRate < easyBelow)
    if (!isBound) return { ...routed(candidates, way), router: asked } // because of the dollars or the seconds
    const bound = way === 'strong' ? hardFrom : easyBelow
    return { ...routed(candidates, way), router: asked, threshold: bound, strongWinRate }
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
    describe: (choice) => describeCascade(choice, options, escalatedShare),
  }
}

/** A candidate whose call was expected. */
type Expected = Candidate & { readonly expected: CallPriors }

function findWholeSeconds({ expected }: Expected): number {
  const { firstTokenSeconds, secondsPerOutputToken, outputTokens } = expected
  return firstTokenSeconds + Math.max(0, outputTokens - 1) * secondsPerOutputToken
}
