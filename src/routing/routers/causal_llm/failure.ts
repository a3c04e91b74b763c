import { formatCallFailure } from '../../../base/http/failure.ts'
import type { FailedCall } from '../../../base/http/reply.ts'
import { redactSecrets } from '../../../base/settings/redact.ts'
import { RouterError } from '../../../errors.ts'

/** The endpoint of a router, for its errors. */
export type AskedEndpoint = { readonly router: string; readonly model: string; readonly baseUrl: string }

/** The URL without the parts that may be secret: user, password, query. */
export function shownUrl(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return baseUrl
  const { origin, pathname } = new URL(baseUrl)
  return `${origin}${pathname}`
}

/** The error for a call that failed. Its message never contains a key or a prompt. */
export function failureOf(failed: FailedCall, { router, model, baseUrl }: AskedEndpoint): RouterError {
  const isLate = failed.kind === 'unreachable' && failed.isTimeout
  const message = formatCallFailure(
    `The router ${router} had no answer of ${model} from ${baseUrl}`,
    failed,
    {
      key: 'the key (apiKeyEnv)',
      rate: "raise the limit there, or lower the router's concurrency.",
      request: adviceForRequest(failed.message),
      unreachable: isLate
        ? "Serve a smaller model, or raise the router's timeoutMs."
        : 'Start the server that serves the model.',
    },
  )
  if (failed.kind === 'refused') return new RouterError('causal-llm-refused', message, { status: 502 })
  return new RouterError(isLate ? 'causal-llm-timeout' : 'causal-llm-unreachable', message, {
    status: isLate ? 504 : 502,
    cause: failed.cause,
  })
}

function adviceForRequest(said: string): string {
  if (/logprobs/i.test(said))
    return 'Set topLogprobs to what the endpoint allows; 0 draws answers at random in their place.'
  if (/max_tokens|max_completion_tokens|temperature/i.test(said))
    return 'Take out the field that the model refuses, as in parameters: { max_tokens: null, max_completion_tokens: 6 }, or choose a model that does not think.'
  return 'Check the name of the model and what parameters adds to the request.'
}

export function notAnAnswer(
  json: unknown,
  { router, model, baseUrl }: AskedEndpoint,
  secret: string | undefined,
): RouterError {
  const shown = redactSecrets(JSON.stringify(json) ?? 'nothing', secret === undefined ? [] : [secret]).slice(
    0,
    200,
  )
  return new RouterError(
    'causal-llm-reply-invalid',
    `The router ${router} had no answer of ${model} from ${baseUrl}: what came is no completion: ${shown}. Check baseUrl: it ends in /v1 on most servers.`,
    { status: 502 },
  )
}

export function stillThinking({ router, model }: AskedEndpoint, maxTokens: number): RouterError {
  return new RouterError(
    'causal-llm-thinks',
    `The router ${router} needs a label at once, and ${model} thinks before it answers: ${maxTokens} tokens were not enough. Switch its thinking off (parameters: { chat_template_kwargs: { enable_thinking: false } } on vLLM, SGLang and llama.cpp, parameters: { reasoning_effort: none } elsewhere), choose a model that does not think, or raise maxTokens, which makes routing as slow as answering.`,
    { status: 502 },
  )
}
