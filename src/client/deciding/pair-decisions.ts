import type { Decision } from '../../gateway/decide/decision.ts'
import { findNeeds } from '../../gateway/protocols/chat-completions/request-needs.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'
import { createRouterLoading } from './loaded-routers.ts'
import type { RouterOptions } from './router-options.ts'

/** Decisions between two models that somebody else calls. */
export type PairDecisions = {
  /**
   * @param body of a chat completion, by which the decision is made.
   * @param headers names in any case: `x-routellm-session` names the conversation.
   */
  decide(body: ChatBody, headers: Headers, signal: AbortSignal | undefined): Promise<Decision>
  /** Tells the conversation how the call of a decision ended: with these tokens, with unknown ones, or not at all. */
  end(decision: Decision, outcome: CallTokens | 'answered' | 'failed'): void
  /** Ends the threads of the routers. Later calls load them again. */
  close(): Promise<void>
}

export type ChatBody = { readonly model: string; readonly messages: readonly ChatMessage[] }
export type CallTokens = { readonly input: number; readonly cachedInput: number; readonly output: number }
type Headers = Readonly<Record<string, unknown>>

/** What the frameworks' entries take besides the two models. */
export type DecisionOptions = RouterOptions & {
  /** Receives what does not stop routing, such as a missing file without which follow-ups are recognised less well. */
  readonly onWarning?: (message: string) => void
}

export type Pair = { readonly strong: Model; readonly weak: Model }

export function createPairDecisions(options: DecisionOptions, pair: Pair): PairDecisions {
  const { onWarning = () => {} } = options
  const loading = createRouterLoading(options, { pair, baseUrls: new Map() })
  return {
    async decide(body, headers, signal) {
      const { decider } = await loading.load(onWarning)
      const { model, messages } = body
      const origin = { headers: lowerCaseNames(headers), body }
      return decider.decide({ model, messages, needs: findNeeds(body), origin }, signal)
    },
    end(decision, outcome) {
      if (decision.kind === 'fixed-model' || decision.session === undefined) return
      loading.sessions?.end(decision.session.key, {
        model: decision.model,
        isAnswered: outcome !== 'failed',
        tokens: typeof outcome === 'string' ? null : outcome,
        responseId: null,
      })
    },
    close: () => loading.close(),
  }
}

/** A decision as it is put beside a reply. `role` is `strong` or `weak`. */
export function describeDecision(decision: Decision) {
  const { provider, upstream, name } = decision.model
  const model = { role: name, provider, modelId: upstream }
  if (decision.kind === 'fixed-model') return { ...model, reason: 'fixed-model' }
  const { router, threshold } = decision
  const reason =
    decision.kind === 'fallback'
      ? { reason: 'fallback', fallback: decision.fallback, strongWinRate: null }
      : { reason: 'routed', fallback: null, strongWinRate: decision.strongWinRate }
  return { ...model, ...reason, router, threshold }
}

function lowerCaseNames(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
