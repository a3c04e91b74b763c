import { completionText } from './prompt.ts'
import type { CausalLlmSettings } from './settings.ts'

type Messages = { readonly system: string; readonly user: string }

/** One request: the most probable answer with its probabilities, or answers drawn at random. */
export type Asking =
  | { readonly kind: 'probabilities'; readonly topLogprobs: number }
  | { readonly kind: 'samples'; readonly count: number; readonly seed: number }

export type RequestFormat = Required<Pick<CausalLlmSettings, 'model' | 'mode' | 'template' | 'maxTokens'>> &
  Pick<CausalLlmSettings, 'parameters'>

/** Path and body of a request in the endpoint's protocol. */
export function requestFor(
  { model, mode, template, maxTokens, parameters = {} }: RequestFormat,
  messages: Messages,
  asking: Asking,
): { readonly path: string; readonly body: object } {
  const asked =
    asking.kind === 'samples'
      ? { temperature: 1, n: asking.count, seed: asking.seed }
      : { temperature: 0, ...logprobFields(mode, asking.topLogprobs) }
  const text =
    mode === 'chat'
      ? {
          messages: [
            { role: 'system', content: messages.system },
            { role: 'user', content: messages.user },
          ],
        }
      : { prompt: completionText(template, messages) }
  const fields = Object.entries({ model, ...text, max_tokens: maxTokens, ...asked, ...parameters })
  return {
    path: mode === 'chat' ? '/chat/completions' : '/completions',
    body: Object.fromEntries(fields.filter(([, value]) => value !== null)),
  }
}

function logprobFields(mode: RequestFormat['mode'], count: number): object {
  return mode === 'chat' ? { logprobs: true, top_logprobs: count } : { logprobs: count }
}
