import { mapConcurrently } from '../../../base/concurrency/limiter.ts'
import { ConfigError } from '../../../errors.ts'
import { routerHopHeaders } from '../../../providers/hop-header.ts'
import { createHttpProvider } from '../../../providers/http/provider.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import type { BatchRouter, ClosableRouter, ExplainingRouter } from '../router.ts'
import { createAssess } from './assess.ts'
import { type Assessment, assessmentInWords, strongWinRateOf } from './assessment.ts'
import { createAssessmentCache } from './assessment-cache.ts'
import { shownUrl } from './failure.ts'
import { type ClassifierPrompt, ownPrompt } from './prompt.ts'
import type { CausalLlmSettings } from './settings.ts'

export type CausalLlmRouterOptions = Omit<CausalLlmSettings, 'apiKeyEnv'> & {
  /** Default: `causal_llm`. */
  readonly name?: string
  readonly model: string
  readonly apiKey?: string
  /** Default: this project's prompt. */
  readonly prompt?: ClassifierPrompt
  /** Longest wait before a further attempt, whatever `Retry-After` says; 20,000 by default. */
  readonly maxRetryDelayMs?: number
  /** Called once if the endpoint gives no token probabilities. */
  readonly onWarning?: (message: string) => void
}

/** Always waits. */
export type CausalLlmRouter = {
  strongWinRate(prompt: RoutedPrompt, signal?: AbortSignal): Promise<number>
  explain(prompt: RoutedPrompt, signal?: AbortSignal): Promise<Explanation>
} & BatchRouter &
  ExplainingRouter &
  ClosableRouter

export const openAIBaseUrl = 'https://api.openai.com/v1'

/**
 * Asks a language model how well the weak model would answer, on a scale of five labels, and reads how probable it
 * found each: win rate = 1 − P(4 or 5). See `labelProbabilities`, and `strongWinRateOf` for other replies.
 *
 * Opens nothing before the first prompt. Every win rate is a promise, a cached one too, because a router that
 * returns a number is called without a signal the next time.
 *
 * Rejects with RouterError (`causal-llm-…`) if the endpoint gives no usable answer.
 *
 * @throws ConfigError `bad-base-url`.
 */
export function createCausalLlmRouter(options: CausalLlmRouterOptions): CausalLlmRouter {
  const { name = 'causal_llm', model, baseUrl = openAIBaseUrl, apiKey, timeoutMs = 10_000 } = options
  const { concurrency = 8, template = 'llama-3', mode = 'chat', parameters } = options
  checkTemplate(template)
  const provider = createHttpProvider({
    name,
    baseUrl,
    ...(apiKey !== undefined && { apiKey }),
    headers: routerHopHeaders,
    connectTimeoutMs: timeoutMs,
    totalTimeoutMs: timeoutMs,
  })
  const assess = createAssess({
    endpoint: { router: name, model, baseUrl: shownUrl(baseUrl) },
    provider,
    ...(apiKey !== undefined && { apiKey }),
    prompt: options.prompt ?? ownPrompt,
    model,
    mode,
    template,
    maxTokens: options.maxTokens ?? 6,
    topLogprobs: options.topLogprobs ?? 20,
    samples: options.samples ?? 10,
    retries: options.retries ?? 2,
    maxRetryDelayMs: options.maxRetryDelayMs ?? 20_000,
    concurrency,
    ...(parameters !== undefined && { parameters }),
    onWarning: options.onWarning ?? (() => {}),
  })
  const cache = createAssessmentCache(options.cacheEntries ?? 2048)

  async function assessed({ text }: RoutedPrompt, signal: AbortSignal | undefined): Promise<Assessment> {
    signal?.throwIfAborted()
    const known = cache.get(text)
    if (known !== undefined) return known
    const assessment = await assess(text, signal)
    cache.keep(text, assessment)
    return assessment
  }

  async function explain(prompt: RoutedPrompt, signal?: AbortSignal): Promise<Explanation> {
    const assessment = await assessed(prompt, signal)
    return {
      strongWinRate: strongWinRateOf(assessment),
      contributions: [],
      reason: assessmentInWords(assessment, model, prompt.text),
    }
  }

  return {
    name,
    strongWinRate: async (prompt, signal) => strongWinRateOf(await assessed(prompt, signal)),
    async strongWinRates(prompts, signal) {
      const assessments = await mapConcurrently(prompts, concurrency, assessed, signal)
      return Float64Array.from(assessments, strongWinRateOf)
    },
    explain,
    close: () => provider.close(),
  }
}

function checkTemplate(template: string): void {
  if (template === 'llama-3' || template.includes('{user}')) return
  throw new ConfigError(
    'bad-template',
    `The template ${JSON.stringify(template.slice(0, 80))} has no {user} in it, which is where the question goes. Write llama-3, or a text with {system} and {user}.`,
    { param: 'template' },
  )
}
