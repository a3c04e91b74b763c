import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { decodeFeatures } from '../../routing/embedding/builtin/features.ts'
import type { PickPrompt } from '../../routing/prompts/pick-prompt.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { isEmbeddingRouter, type Router } from '../../routing/routers/router.ts'
import { scorePrompts } from '../../routing/routers/score-prompts.ts'
import type { JudgedRequest } from '../../store/records/dataset.ts'
import { findScoreSource } from '../estimate-policy/kept-scores.ts'
import type { JobContext } from '../job.ts'
import { scoredText } from '../learn/dataset/stored-prompt.ts'
import type { ScoredRequest } from './compare-decisions.ts'

/** A request with what is kept of its prompt. */
export type KeptRequest = Pick<JudgedRequest, 'id' | 'time' | 'task' | 'router' | 'strongWinRate'> &
  Pick<ScoredRequest, 'session' | 'usd'> & {
    readonly text: string | null
    readonly vector: Float32Array | null
  }

/** Prompts in one batch: few enough that an abort is noticed. */
const batch = 64
const shownCharacters = 200

export function toKeptRequest(
  { id, time, task, session, router, strongWinRate, features, text, protocol, tokens }: JudgedRequest,
  pickPrompt: PickPrompt,
  pair: { readonly strong: Model; readonly weak: Model },
): KeptRequest {
  const usdOf = (model: Model) =>
    tokens === null
      ? null
      : findCallUsd(model, {
          inputTokens: tokens.input,
          cachedTokens: tokens.cachedInput,
          outputTokens: tokens.output,
        })
  const [strong, weak] = [usdOf(pair.strong), usdOf(pair.weak)]
  return {
    ...{ id, time, task, router, strongWinRate },
    session: session ?? id,
    text: scoredText(text, protocol, pickPrompt),
    vector: features === null ? null : decodeFeatures(features),
    usd: strong === null || weak === null ? null : { strong, weak },
  }
}

/**
 * The win rate of each request: what the router said when it decided it, else of its text, else of its vector; null if the router can
 * score none of them.
 */
export async function scoreKept(
  router: Router,
  requests: readonly KeptRequest[],
  { signal }: Pick<JobContext, 'signal'>,
): Promise<readonly (number | null)[]> {
  const winRates = requests.map((request) => (request.router === router.name ? request.strongWinRate : null))
  const texts = requests.flatMap(({ text }, place) =>
    winRates[place] === null && text !== null ? [{ place, text }] : [],
  )
  for (let begin = 0; begin < texts.length; begin += batch) {
    const some = texts.slice(begin, begin + batch)
    const prompts = some.map(({ text }) => promptFromText(text))
    const scored = await scorePrompts(router, prompts, signal)
    for (const [index, { place }] of some.entries()) winRates[place] = scored[index] ?? null
    await hearAbort(signal)
  }
  return winRates.map((winRate, place) => winRate ?? scoreVector(router, requests[place]!))
}

function scoreVector(router: Router, { vector }: KeptRequest): number | null {
  const kept = { hasText: false, vector, router: null, strongWinRate: null }
  return vector !== null && isEmbeddingRouter(router) && findScoreSource(router, true, kept) === 'vector'
    ? router.strongWinRateOfEmbedding(vector)
    : null
}

/** Requests that both versions can score. */
export function withWinRates(
  requests: readonly KeptRequest[],
  from: readonly (number | null)[],
  to: readonly (number | null)[],
): readonly ScoredRequest[] {
  return requests.flatMap(({ id, time, task, session, usd, text }, place): ScoredRequest[] => {
    const [one, other] = [from[place] ?? null, to[place] ?? null]
    if (one === null || other === null) return []
    const prompt = text === null ? null : text.slice(0, shownCharacters)
    return [{ id, time, task, session, usd, prompt, winRates: { from: one, to: other } }]
  })
}
