import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { normalizedText, textIdentity } from '../../../base/text/text-identity.ts'
import { toUsd } from '../../../routing/catalogue/prices.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { charactersPerToken } from '../../formats/logs/token-estimate.ts'
import { byCandidate, type PricedCandidate } from './candidates.ts'
import { noLabelScoresAll, type PolicyLabel } from './labels.ts'
import { type ComparedPolicy, createReplay, type ReplayedTraffic } from './replay.ts'

/** Labelled prompts as the policies would have them answered. */
export type LabelledTraffic = {
  readonly traffic: ReplayedTraffic
  /** Labels of the comparison. */
  readonly labels: number
  /** Labels left out, since they lack the score of a candidate. */
  readonly withoutScores: number
  /** Labels whose dollars are those of estimated tokens. */
  readonly estimatedTokens: number
}

export type LabelledTrafficOptions = {
  readonly labels: readonly PolicyLabel[]
  readonly policies: readonly ComparedPolicy[]
  readonly candidates: readonly PricedCandidate[]
  /** Output tokens of a candidate's reply if the label has neither dollars nor tokens. */
  readonly outputTokensOf: (candidate: number) => number
  readonly signal: AbortSignal
  readonly onProgress?: (labels: number) => void
}

/**
 * Asks every policy about each label that scores all candidates. Dollars are those of the label's `cost`, else of its `tokens`,
 * else those of a quarter of its characters and `outputTokensOf`.
 *
 * Throws `DataError` `labels-without-candidates` if no label scores all candidates, and what a policy throws.
 */
export async function replayLabels(options: LabelledTrafficOptions): Promise<LabelledTraffic> {
  const { labels, policies, candidates, outputTokensOf, signal, onProgress } = options
  const models = candidates.map(({ name }) => name)
  const replay = createReplay(policies, models)
  const used: PolicyLabel[] = []
  const scores: number[][] = candidates.map(() => [])
  const usd: number[][] = candidates.map(() => [])
  let estimatedTokens = 0
  for await (const label of untilAborted(labels, signal)) {
    const scored = byCandidate(candidates, label.scores)
    if (scored.includes(undefined)) continue
    const cost = byCandidate(candidates, label.cost ?? {})
    const tokens = byCandidate(candidates, label.tokens ?? {})
    const inputTokens = Math.ceil(label.prompt.length / charactersPerToken)
    const answers = byCandidate(candidates, label.answers ?? {})
    await replay.add(
      {
        prompt: promptFromText(label.prompt),
        needs: { ...noNeeds, inputTokens },
        answerOf: (model) => answers[models.indexOf(model)],
      },
      signal,
    )
    used.push(label)
    if (candidates.some((_, model) => cost[model] === undefined && tokens[model] === undefined))
      estimatedTokens++
    for (const [model, { prices }] of candidates.entries()) {
      scores[model]!.push(scored[model]!)
      const counted = tokens[model] ?? { inputTokens, outputTokens: outputTokensOf(model) }
      usd[model]!.push(cost[model] ?? (prices === undefined ? Number.NaN : toUsd(prices, counted)))
    }
    if (used.length % 256 === 0) onProgress?.(used.length)
  }
  if (used.length === 0) throw noLabelScoresAll(labels, models)
  return {
    traffic: {
      models,
      weights: Float64Array.from(used, ({ requests = 1, weight = requests }) => weight),
      usd: usd.map((column) => Float64Array.from(column)),
      scores: scores.map((column) => Float64Array.from(column)),
      lengths: Float64Array.from(used, ({ prompt }) => prompt.length),
      units: { prompts: Float64Array.from(used, ({ prompt }) => textIdentity(normalizedText(prompt))) },
      policies: replay.results(),
    },
    labels: used.length,
    withoutScores: labels.length - used.length,
    estimatedTokens,
  }
}
