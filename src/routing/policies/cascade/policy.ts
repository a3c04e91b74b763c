import { type Exclusion, findExclusions } from '../../catalogue/exclusion.ts'
import { findCallUsd } from '../../catalogue/expected-cost.ts'
import type { Model } from '../../catalogue/model.ts'
import { refuseIfAllExcluded } from '../candidates.ts'
import type { Candidate, Choice, RoutedChoice } from '../choice.ts'
import { createChooseOfPair } from '../pair/choose.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { describeCascade } from './describe.ts'
import type { CascadeOptions } from './options.ts'
import { findWay, shareFrom, type Way } from './way.ts'

/** Asks the weak model, and the strong one if the verifier finds that the answer looks wrong. */
export function createCascadePolicy(options: CascadeOptions): DescribingPolicy {
  const { name, strong, weak, verifier, threshold, router, hardFrom, easyBelow, timeoutMs, samples } = options
  const models = [strong, weak]
  const chooseOfPair = createChooseOfPair({ strong, weak }, options.routerTimeoutMs)
  const escalatedShare = shareFrom(verifier.winRateQuantiles, threshold)

  function toCandidate(
    model: Model,
    { needs, cachedTokens }: PolicyRequest,
    excluded: Exclusion | null,
  ): Candidate {
    const usd = findCallUsd(model, {
      inputTokens: needs.inputTokens,
      cachedTokens: cachedTokens?.(model) ?? 0,
      outputTokens: Math.min(options.outputTokens, needs.maxOutputTokens ?? options.outputTokens),
    })
    return { model, usd, excluded }
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
    candidates: readonly [Candidate, Candidate],
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
    })
    const asked = scored?.router ?? null
    if (way === 'cascade') return cascade(candidates, prompt.text, asked)
    if (strongWinRate === null || (way === 'strong' && strongWinRate < hardFrom))
      return { ...routed(candidates, way), router: asked } // because of the dollars
    const bound = way === 'strong' ? hardFrom : easyBelow
    return { ...routed(candidates, way), router: asked, threshold: bound, strongWinRate }
  }

  return {
    name,
    models,
    safest: strong,
    choose(request, signal) {
      const [ofStrong = null, ofWeak = null] = findExclusions(models, request.needs)
      const candidates = [toCandidate(strong, request, ofStrong), toCandidate(weak, request, ofWeak)] as const
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
