import { InvalidRequestError } from '../../errors.ts'
import { noNeeds, type RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import { decodeFeatures } from '../../routing/embedding/builtin/features.ts'
import { bandit } from '../../routing/policies/bandit/kind.ts'
import { pair } from '../../routing/policies/pair/kind.ts'
import type { PolicySpec } from '../../routing/policies/registry.ts'
import type { PickPrompt } from '../../routing/prompts/pick-prompt.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import type { LoggedRequest } from '../../store/records/logged/logged-requests.ts'
import { storedPrompt } from '../learn/dataset/stored-prompt.ts'
import type { OpenPolicies } from '../policies/open-policies.ts'
import { findScoreSource, type KeptInput, type ScoreSource, withKeptScores } from './kept-scores.ts'

/** Which model the policy would have chosen. */
export type TargetChoice =
  | { readonly kind: 'chosen'; readonly model: string; readonly by: ScoreSource | 'no-router' }
  /** Nothing is kept by which its router could score the request. */
  | { readonly kind: 'not-kept' }
  /** Its router failed, or none of its candidates could answer. */
  | { readonly kind: 'failed'; readonly problem: string }

export type ChooseTarget = (request: LoggedRequest, signal: AbortSignal) => Promise<TargetChoice>

/**
 * What the one policy that is open chooses for kept requests. Each turn is asked on its own: what conversations make of a choice is not replayed.
 *
 * The function throws InvalidRequestError `policy-not-estimated` for a policy that reads answers first.
 */
export async function createTargetChoices(open: OpenPolicies, pickPrompt: PickPrompt): Promise<ChooseTarget> {
  let current: KeptInput = { hasText: false, vector: null, router: null, strongWinRate: null }
  const asksWinRate = open.policies[0]!.kind === pair.kind
  const [target] = await open.withRouters(({ router }) => withKeptScores(router, asksWinRate, () => current))
  const { policy, name } = target!
  const routers = [...open.routers.values()].map(({ router }) => router)

  return async (request, signal) => {
    const { session, id, task, features, router, strongWinRate, protocol, text } = request
    const prompt = storedPrompt(text, protocol, pickPrompt)
    const vector = features === null ? null : decodeFeatures(features)
    current = { hasText: prompt !== null, vector, router, strongWinRate }
    const sources = routers.map((each) => findScoreSource(each, asksWinRate, current))
    if (sources.includes(null)) return { kind: 'not-kept' }
    try {
      const choice = await policy.choose(
        {
          prompt: prompt ?? promptFromText(''),
          messages: [],
          needs: needsOf(request),
          cachedTokens: null,
          task: () => task,
          unit: session ?? id,
        },
        signal,
      )
      if (choice.kind === 'fallback') return { kind: 'failed', problem: choice.problem }
      if (choice.check !== null)
        throw notEstimated(name, 'reads an answer before it decides, and the log has one answer only')
      return { kind: 'chosen', model: choice.model.name, by: sources[0] ?? 'no-router' }
    } catch (error) {
      if (error instanceof InvalidRequestError && error.code === 'no-candidate')
        return { kind: 'failed', problem: 'none of its candidates could answer' }
      throw error
    }
  }
}

/** Candidates that could not answer then could not have answered under another policy either. */
function needsOf({ tokens, candidates }: LoggedRequest): RequestNeeds {
  const excluded = new Set(
    (candidates ?? []).flatMap((candidate) => (candidate.excluded === null ? [] : [candidate.model])),
  )
  return {
    ...noNeeds,
    inputTokens: tokens?.input ?? 0,
    isUnavailable: ({ name }) => excluded.has(name),
  }
}

/** @throws InvalidRequestError `policy-not-estimated` for a policy that learns. */
export function checkEstimated({ kind, name }: Pick<PolicySpec, 'kind' | 'name'>): void {
  if (kind === bandit.kind)
    throw notEstimated(name, 'learns while it serves, so nobody knows what it would have learned by then')
}

function notEstimated(name: string, why: string): InvalidRequestError {
  return new InvalidRequestError(
    'policy-not-estimated',
    `the policy ${JSON.stringify(name)} ${why}. Compare it in an experiment on live sessions (experiments), or on labelled prompts: routellm policies compare --labels`,
    { param: '--policy' },
  )
}
