import { type FeedbackLabel, toFeedbackLabels } from '../../../learning/labels/traffic/feedback-scores.ts'
import { type JudgedSignal, measureReliability } from '../../../learning/labels/traffic/reliability.ts'
import { type FeedbackTrust, isTrustedKey } from '../../../learning/loop/feedback-trust.ts'
import type { LabelledRequest } from '../../../learning/loop/labelled-request.ts'
import { findCallUsd } from '../../../routing/catalogue/expected-cost.ts'
import type { Model, ModelPair } from '../../../routing/catalogue/model.ts'
import { decodeFeatures } from '../../../routing/embedding/builtin/features.ts'
import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { JudgedRequest } from '../../../store/records/dataset.ts'
import { scoredText } from './stored-prompt.ts'

export type LabellingOptions = {
  /** As the store records it: null for `auto` of a router and a threshold. */
  readonly policy: string | null
  /** Of the router in service: win rates of others are not its own. */
  readonly router: string
  readonly pair: ModelPair
  readonly models: readonly Model[]
  readonly trust: FeedbackTrust
  readonly pickPrompt: PickPrompt
}

type Said = Pick<LabelledRequest, 'scores' | 'source' | 'propensity' | 'key'>

/** An answer with a lower score is a bad one. */
const badBelow = 0.5

/**
 * The requests of a policy with what is known of their answers, one row each. Of several labels of a request the best one counts: a
 * person's, else that of a shadow call, else feedback (of a trusted key first, then with more models, then later), else a signal of
 * the next turn, which counts by how often answers with it were judged to be bad.
 *
 * Dollars are those of the shadow call and the call beside it if both are known, else the tokens of the answer at the prices of
 * each model.
 */
export async function toLabelledRequests(
  pages: AsyncIterable<readonly JudgedRequest[]>,
  options: LabellingOptions,
): Promise<readonly LabelledRequest[]> {
  const rows: LabelledRequest[] = []
  const signals: JudgedSignal[] = []
  const implied: { readonly row: LabelledRequest; readonly kind: string }[] = []
  const kinds = new Set<string>()
  for await (const page of pages)
    for (const request of page) {
      if (!isOfPolicy(request, options)) continue
      const kind = request.signals[0]?.kind ?? null
      if (kind !== null) kinds.add(kind)
      const said = findExplicitLabel(request, options)
      const answered = request.model === null ? undefined : said?.scores[request.model]
      if (answered !== undefined) signals.push({ kind, isBad: answered < badBelow })
      if (said !== null) rows.push(toRow(request, said, options))
      else if (kind !== null && request.model !== null) {
        const bad: Said = {
          scores: { [request.model]: 0 },
          source: 'implicit',
          propensity: null,
          key: request.key,
        }
        implied.push({ row: toRow(request, bad, options), kind })
      }
    }
  const weights = new Map(
    measureReliability(signals, [...kinds].sort()).kinds.map(({ kind, weight }) => [kind, weight]),
  )
  for (const { row, kind } of implied) rows.push({ ...row, weight: weights.get(kind) ?? 0 })
  return rows
}

/** Whether the policy chose between the models of the pair. */
function isOfPolicy({ policy, router, candidates }: JudgedRequest, options: LabellingOptions): boolean {
  const { strong, weak } = options.pair
  const has = (name: string) => candidates?.some(({ model }) => model === name) === true
  return policy === options.policy && router !== null && has(strong) && has(weak)
}

/**
 * The quality of a request's answer as a shadow call, a person, or feedback of a trusted key or of a gateway without keys says; null
 * if none of them does.
 */
export function findTrustedQuality(
  request: JudgedRequest,
  options: Pick<LabellingOptions, 'trust' | 'pair'>,
): { readonly quality: number; readonly propensity: number | null } | null {
  const label = findExplicitLabel(request, options)
  const quality = request.model === null ? undefined : label?.scores[request.model]
  if (label === null || quality === undefined) return null
  const { source, key, propensity } = label
  if (source === 'feedback' && !isTrustedKey(key, options.trust)) return null
  return { quality, propensity }
}

/** The best explicit label of a request; null if it has none. */
function findExplicitLabel(
  request: JudgedRequest,
  options: Pick<LabellingOptions, 'trust' | 'pair'>,
): Said | null {
  for (const source of ['person', 'shadow'] as const) {
    const label = request.labels.find((each) => each.source === source)
    if (label !== undefined)
      return { scores: label.scores, source, propensity: label.propensity, key: request.key }
  }
  const [feedback] = toFeedbackLabels(request.feedback, request.model, null).toSorted(byWorth(options))
  if (feedback === undefined) return null
  return { scores: feedback.scores, source: 'feedback', propensity: null, key: feedback.actor }
}

function byWorth({ trust, pair }: Pick<LabellingOptions, 'trust' | 'pair'>) {
  const isTrusted = ({ actor }: FeedbackLabel) => Number(isTrustedKey(actor, trust))
  const known = ({ scores }: FeedbackLabel) =>
    Number(scores[pair.strong] !== undefined) + Number(scores[pair.weak] !== undefined)
  return (one: FeedbackLabel, other: FeedbackLabel) =>
    isTrusted(other) - isTrusted(one) || known(other) - known(one) || other.time - one.time
}

function toRow(request: JudgedRequest, said: Said, options: LabellingOptions): LabelledRequest {
  const { id, session, time, task, features, router, strongWinRate, protocol, text } = request
  return {
    id,
    session: session ?? id,
    time,
    prompt: scoredText(text, protocol, options.pickPrompt),
    vector: features === null ? null : decodeFeatures(features),
    task,
    usd: usdOf(request, options),
    weight: 1,
    strongWinRate: router === options.router ? strongWinRate : null,
    ...said,
  }
}

function usdOf(
  { tokens, shadowUsd }: JudgedRequest,
  { pair, models }: LabellingOptions,
): Readonly<Record<string, number>> {
  if (shadowUsd[pair.strong] !== undefined && shadowUsd[pair.weak] !== undefined) return shadowUsd
  if (tokens === null) return {}
  const usd: Record<string, number> = {}
  for (const model of models) {
    const found = findCallUsd(model, {
      inputTokens: tokens.input,
      cachedTokens: tokens.cachedInput,
      outputTokens: tokens.output,
    })
    if (found !== null) usd[model.name] = found
  }
  return usd
}
