import { mapConcurrently } from '../../../base/concurrency/limiter.ts'
import { callJson } from '../../../base/http/call-json.ts'
import type { RetryPolicy } from '../../../base/http/retry.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Assessment } from './assessment.ts'
import { type AskedEndpoint, failureOf, notAnAnswer, stillThinking } from './failure.ts'
import { type ClassifierPrompt, messagesFor } from './prompt.ts'
import { type Asking, type RequestFormat, requestFor } from './question.ts'
import type { GeneratedAnswer } from './reply/generated-answer.ts'
import { hasProbabilities, labelProbabilities } from './reply/label-probabilities.ts'
import { findLabel, type Label } from './reply/labels.ts'
import { parseAnswers } from './reply/reply.ts'

export type AssessorOptions = RequestFormat &
  RetryPolicy & {
    readonly endpoint: AskedEndpoint
    readonly provider: Provider
    readonly apiKey?: string
    readonly prompt: ClassifierPrompt
    readonly topLogprobs: number
    readonly samples: number
    readonly concurrency: number
    readonly onWarning: (message: string) => void
  }

/** Asks the model about a prompt. Rejects with RouterError, or with `signal.reason`. */
export type Assess = (text: string, signal?: AbortSignal) => Promise<Assessment>

/**
 * Requests the most probable answer with its probabilities first. If the endpoint gives none, requests answers drawn
 * at random, for this and all later prompts, and calls `onWarning` once.
 */
export function createAssess(options: AssessorOptions): Assess {
  const { endpoint, topLogprobs, samples, maxTokens } = options
  /** Undefined until a reply has shown it. */
  let givesProbabilities = topLogprobs === 0 ? false : undefined

  async function ask(
    text: string,
    asking: Asking,
    signal: AbortSignal | undefined,
  ): Promise<readonly GeneratedAnswer[]> {
    const { path, body } = requestFor(options, messagesFor(options.prompt, text), asking)
    const { apiKey, provider } = options
    const request = { path, body: JSON.stringify(body) }
    const send = (either: AbortSignal | undefined) => provider.call(request, either)
    const outcome = await callJson(send, { ...options, secret: apiKey }, signal)
    if (outcome.kind !== 'answered') throw failureOf(outcome, endpoint)
    const answers = parseAnswers(outcome.json)
    if (answers === undefined) throw notAnAnswer(outcome.json, endpoint, apiKey)
    return answers
  }

  async function sampled(text: string, signal: AbortSignal | undefined): Promise<Assessment> {
    const first = await ask(text, { kind: 'samples', count: samples, seed: 0 }, signal)
    // Many servers answer once, whatever n is.
    const seeds = Array.from({ length: Math.max(0, samples - first.length) }, (_, index) => index + 1)
    const rest = await mapConcurrently(
      seeds,
      options.concurrency,
      (seed, either) => ask(text, { kind: 'samples', count: 1, seed }, either),
      signal,
    )
    const answers = [...first, ...rest.flatMap((each) => each.slice(0, 1))].slice(0, samples)
    return { kind: 'samples', drawn: answers.map(labelOf) }
  }

  function labelOf({ text, thought }: GeneratedAnswer): Label | undefined {
    const label = findLabel(text)?.label
    if (label === undefined && thought) throw stillThinking(endpoint, maxTokens)
    return label
  }

  function warnOnce(): void {
    if (givesProbabilities === undefined)
      options.onWarning(
        `The endpoint ${endpoint.baseUrl} gives no token probabilities of ${endpoint.model}, so the router ${endpoint.router} draws ${samples} answers for each prompt and counts them: coarser, and ${samples} times as dear. A server with logprobs (vLLM, SGLang, llama.cpp, Ollama, OpenAI) avoids it.`,
      )
  }

  return async (text, signal) => {
    signal?.throwIfAborted()
    if (givesProbabilities === false) return sampled(text, signal)
    const [answer] = await ask(text, { kind: 'probabilities', topLogprobs }, signal)
    if (answer === undefined) throw notAnAnswer([], endpoint, options.apiKey)
    if (hasProbabilities(answer)) {
      givesProbabilities = true
      const probabilities = labelProbabilities(answer)
      if (probabilities !== undefined) return { kind: 'probabilities', probabilities }
    } else if (answer.text.trim() !== '') {
      warnOnce()
      givesProbabilities ??= false
      return sampled(text, signal)
    }
    if (answer.thought) throw stillThinking(endpoint, maxTokens)
    return { kind: 'unparsable', answer: answer.text }
  }
}
