import { join } from 'node:path'
import { json } from '../settings/json.ts'
import { chatRequest } from './chat-request.ts'
import { keyEnvironment, keyVariable, type Tool } from './tool.ts'

/** opencode brings the AI SDK's package for chat completions along. Titles are written by `small_model`. */
export const opencode: Tool = {
  name: 'opencode',
  title: 'opencode',
  source: { documentation: 'https://opencode.ai/docs/providers', triedWith: '1.18.33' },
  settings: {
    format: json,
    files({ home, variable }) {
      const folder = join(variable('XDG_CONFIG_HOME') ?? join(home, '.config'), 'opencode')
      return [join(folder, 'opencode.json'), join(folder, 'opencode.jsonc')]
    },
    rules: ({ url, model, needsKey, contextTokens }) => [
      {
        kind: 'set',
        path: ['provider', 'routellm'],
        value: {
          npm: '@ai-sdk/openai-compatible',
          name: 'RouteLLM',
          options: { baseURL: `${url}/v1`, ...(needsKey && { apiKey: `{env:${keyVariable}}` }) },
          models: {
            [model]: {
              name: model,
              // Without these it leaves pictures out; the gateway knows which candidates take them.
              attachment: true,
              modalities: { input: ['text', 'image'], output: ['text'] },
              ...(contextTokens !== undefined && {
                limit: { context: contextTokens, output: Math.min(maxOutputTokens, contextTokens) },
              }),
            },
          },
        },
      },
      { kind: 'set', path: ['model'], value: `routellm/${model}` },
      { kind: 'set', path: ['small_model'], value: `routellm/${model}` },
    ],
  },
  environment: keyEnvironment,
  notes: ({ contextTokens }) =>
    contextTokens === undefined
      ? [
          'opencode compacts no conversation with a model whose context it does not know: --context-tokens gives it that of your largest model.',
        ]
      : [],
  overriddenBy: [],
  request: chatRequest,
}

/** opencode asks for no more. */
const maxOutputTokens = 32_000
