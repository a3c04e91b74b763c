import { findCallUsd } from '../../catalogue/expected-cost.ts'
import type { Model } from '../../catalogue/model.ts'
import type { PolicyRequest } from '../policy.ts'
import type { Observation, ObservedModel } from './observed-calls.ts'

/** A candidate with what was observed of its calls, and what is expected of them before. */
export type ObservedCandidate = {
  readonly model: Model
  readonly observed: ObservedModel
  readonly priors: CallPriors
}

export type CallPriors = Latencies & { readonly outputTokens: number }

export type Latencies = {
  readonly firstTokenSeconds: number
  /** Of the tokens after the first. */
  readonly secondsPerOutputToken: number
}

/**
 * Expected tokens of a candidate's reply, and expected dollars of the call; null for a model without a price.
 *
 * The length is what the router predicts for the prompt, else the mean of the candidate's replies to prompts of the task, combined
 * with that of all its replies, combined with the prior; it is at most what the client asks for.
 *
 * @param task null if it was not read. @param predicted null if the router does not predict lengths.
 */
export function expectCost(
  { model, observed, priors }: ObservedCandidate,
  { needs, cachedTokens }: Pick<PolicyRequest, 'needs' | 'cachedTokens'>,
  task: string | null,
  predicted: number | null = null,
): { readonly outputTokens: number; readonly usd: number | null } {
  const length = predicted ?? expectLength(observed, priors, task)
  const outputTokens = Math.min(length, needs.maxOutputTokens ?? length)
  const tokens = { inputTokens: needs.inputTokens, cachedTokens: cachedTokens?.(model) ?? 0, outputTokens }
  return { outputTokens, usd: findCallUsd(model, tokens) }
}

function expectLength(observed: ObservedModel, priors: CallPriors, task: string | null): number {
  const ofModel = combineWithPrior(observed.outputTokens(null), priors.outputTokens)
  return task === null ? ofModel : combineWithPrior(observed.outputTokens(task), ofModel)
}

/** Percentiles of a candidate's latencies, each combined with its prior. @param percentile 0 to 100. */
export function expectLatencies({ observed, priors }: ObservedCandidate, percentile: number): Latencies {
  return {
    firstTokenSeconds: combineWithPrior(observed.firstTokenSeconds(percentile), priors.firstTokenSeconds),
    secondsPerOutputToken: combineWithPrior(
      observed.secondsPerOutputToken(percentile),
      priors.secondsPerOutputToken,
    ),
  }
}

/** An observation counts as much as the prior after so many calls. */
const priorCalls = 10

/** (n · observed + 10 · prior) / (n + 10) for n observations: the prior at first, what was observed in the end. */
export function combineWithPrior({ count, value }: Observation, prior: number): number {
  return (count * value + priorCalls * prior) / (count + priorCalls)
}
