import { Buffer } from 'node:buffer'
import { UpstreamError } from '../../errors.ts'
import { estimateCall } from '../../gateway/accounts/estimate-call.ts'
import type { Estimate } from '../../gateway/accounts/ledger.ts'
import { chatForm } from '../../gateway/protocols/chat-completions/common-form.ts'
import { chatCompletions } from '../../gateway/protocols/chat-completions/protocol.ts'
import type { OutgoingRequest } from '../../gateway/send/outgoing-request.ts'
import type { Sender } from '../../gateway/send/sender.ts'
import type { JudgeMessage } from '../../learning/labels/chat/chat-body.ts'
import type { AskedEndpoint } from '../../learning/labels/judge/llm-judge.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { noNeeds } from '../../routing/catalogue/request-needs.ts'
import { unobserved } from '../../routing/policies/observations/unobserved.ts'
import { callModel } from './call-model.ts'
import { readReplyText } from './read-texts.ts'
import type { ShadowAccount } from './shadow-account.ts'

/** A judge of one comparison, and what its calls have cost. */
export type JudgeEndpoint = AskedEndpoint & {
  /** Dollars of the replies; null if one of them is not known. */
  readonly usd: number | null
  /** What counts against the account. */
  readonly chargedUsd: number
  /** Resolves once no call is under way. */
  settled(): Promise<void>
}

/** Reasons and a verdict; a model that thinks first needs more than they do. */
const longestReply = 4096
const bytesPerToken = 3

/** What one call of a judge is expected to cost, at most. @param inputTokens of all that it reads. */
export function estimateJudge(model: Model, inputTokens: number): Estimate {
  return estimateCall(model, { ...noNeeds, inputTokens, maxOutputTokens: longestReply }, unobserved)
}

/** Asks the judge's model through the gateway, within the limits of its provider and the account's dollars. */
export function createJudgeEndpoint(sender: Sender, model: Model, account: ShadowAccount): JudgeEndpoint {
  let usd: number | null = 0
  let chargedUsd = 0
  const calls = new Set<Promise<unknown>>()

  async function ask(messages: readonly JudgeMessage[], signal: AbortSignal) {
    const request = toRequest(model, messages)
    const inputTokens = Math.ceil(request.body.length / bytesPerToken)
    const expected = estimateJudge(model, inputTokens)
    const reserved = await account.reserve(expected)
    if (reserved === null) return { kind: 'over-budget' as const }
    const called = await callModel(sender, { model, protocol: chatCompletions, request }, signal)
    usd = usd === null || called.usd === null ? null : usd + called.usd
    const counted = called.usd ?? expected.usd ?? 0
    reserved.settle(counted)
    chargedUsd += counted
    signal.throwIfAborted()
    if (called.kind === 'failed')
      throw new UpstreamError('judge-failed', `The judge "${model.name}" did not answer (${called.problem}).`)
    const text = readReplyText(chatForm, called.body, false) ?? ''
    return { kind: 'answered' as const, text, isCut: false, tokens: null }
  }

  return {
    id: model.name,
    ask({ messages }, signal = new AbortController().signal) {
      const call = ask(messages, signal)
      const settled: Promise<unknown> = call.then(ignore, ignore).then(() => calls.delete(settled))
      calls.add(settled)
      return call
    },
    get usd() {
      return usd
    },
    get chargedUsd() {
      return chargedUsd
    },
    async settled() {
      await Promise.all(calls)
    },
  }
}

function ignore(): void {}

function toRequest(model: Model, messages: readonly JudgeMessage[]): OutgoingRequest {
  // No temperature: models that reason refuse one.
  const parsed = { model: model.name, messages, max_tokens: longestReply }
  return {
    path: '/chat/completions',
    query: '',
    body: Buffer.from(JSON.stringify(parsed)),
    parsed,
    headers: undefined,
    credential: undefined,
    stream: false,
    keepsEffort: false,
    isStrict: false,
  }
}
