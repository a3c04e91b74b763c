import { InvalidRequestError } from '../../../errors.ts'
import type { AnswerCheck } from '../../../routing/policies/answer-check.ts'
import type { Choice } from '../../../routing/policies/choice.ts'
import type { Policy, PolicyRequest } from '../../../routing/policies/policy.ts'
import type { PolicyChoices, PolicyTraffic } from './traffic.ts'

/** A policy, and what it is compared as. */
export type ComparedPolicy = { readonly name: string; readonly kind: string; readonly policy: Policy }

/** A request to replay. */
export type ReplayedRequest = Pick<PolicyRequest, 'prompt' | 'needs'> & {
  /** The model's answer if it is known, for a policy that reads it. */
  answerOf(model: string): string | undefined
}

/** The choices of several policies for requests that come one by one. */
export type Replay = {
  /** Asks every policy. Rejects with what a policy throws, unless it refuses the request for lack of a candidate. */
  add(request: ReplayedRequest, signal: AbortSignal): Promise<void>
  /** What was chosen so far. */
  results(): readonly ReplayedPolicy[]
}

export type ReplayedPolicy = PolicyChoices & {
  /** Requests that the policy's safest candidate answers, since a router failed. */
  readonly fallbacks: number
  /** Requests that cannot be replayed, since the policy reads an answer that is not known. They count as refused. */
  readonly withoutAnswer: number
}

/** Traffic whose policies were replayed. */
export type ReplayedTraffic = Omit<PolicyTraffic, 'policies'> & {
  readonly policies: readonly ReplayedPolicy[]
}

/** @param models the candidates of all policies, by name. */
export function createReplay(policies: readonly ComparedPolicy[], models: readonly string[]): Replay {
  const placeOf = new Map(models.map((model, place) => [model, place]))
  const states = policies.map(({ name, kind, policy }) => ({
    name,
    kind,
    policy,
    chosen: [] as number[],
    askedBefore: [] as number[],
    fallbacks: 0,
    withoutAnswer: 0,
  }))

  return {
    async add(request, signal) {
      for (const state of states) {
        const choice = await chooseUnlessRefused(state.policy, request, signal)
        if (choice?.kind === 'fallback') state.fallbacks++
        const check = choice?.kind === 'routed' ? choice.check : null
        const escalated = choice === null || check === null ? false : isEscalated(choice, check, request)
        if (escalated === null) state.withoutAnswer++
        const first = choice === null || escalated === null ? -1 : (placeOf.get(choice.model.name) ?? -1)
        const isStrong = escalated === true && check !== null
        state.chosen.push(isStrong ? (placeOf.get(check.strong.name) ?? -1) : first)
        state.askedBefore.push(isStrong ? first : -1)
      }
    },
    results: () =>
      states.map(({ name, kind, chosen, askedBefore, fallbacks, withoutAnswer }) => ({
        name,
        kind,
        chosen: Int32Array.from(chosen),
        askedBefore: askedBefore.some((place) => place >= 0) ? Int32Array.from(askedBefore) : null,
        fallbacks,
        withoutAnswer,
      })),
  }
}

/** Null if no candidate can answer. */
async function chooseUnlessRefused(
  policy: Policy,
  { prompt, needs }: ReplayedRequest,
  signal: AbortSignal,
): Promise<Choice | null> {
  try {
    return await policy.choose({ prompt, messages: [], needs, cachedTokens: null }, signal)
  } catch (error) {
    if (error instanceof InvalidRequestError && error.code === 'no-candidate') return null
    throw error
  }
}

/**
 * Whether the first answer is replaced by the strong model's; null if that answer is not known. An answer that the verifier
 * was trained on is judged by a fit without it.
 */
function isEscalated(
  { model }: Choice,
  { verifier, threshold }: AnswerCheck,
  { prompt, answerOf }: ReplayedRequest,
): boolean | null {
  const answer = answerOf(model.name)
  if (answer === undefined) return null
  const weakAnswer = { prompt: prompt.text, answer }
  return (verifier.crossFittedWinRate(weakAnswer) ?? verifier.strongWinRate(weakAnswer)) >= threshold
}
