import { join } from 'node:path'
import { toml } from '../settings/toml.ts'
import { keyEnvironment, keyVariable, type Tool } from './tool.ts'

/** Codex speaks Responses only and adds `/responses` to its base URL. The built-in provider `openai` cannot be changed. */
export const codex: Tool = {
  name: 'codex',
  title: 'Codex',
  source: { documentation: 'https://developers.openai.com/codex/config-reference', triedWith: '0.171.0' },
  settings: {
    format: toml,
    files: ({ home, variable }) => [join(variable('CODEX_HOME') ?? join(home, '.codex'), 'config.toml')],
    rules: ({ url, model, needsKey, contextTokens }) => [
      ...(contextTokens === undefined
        ? []
        : [{ kind: 'set' as const, path: ['model_context_window'] as const, value: contextTokens }]),
      { kind: 'set', path: ['model_provider'], value: 'routellm' },
      { kind: 'set', path: ['model'], value: model },
      {
        kind: 'set',
        path: ['model_providers', 'routellm'],
        value: {
          name: 'RouteLLM',
          base_url: `${url}/v1`,
          wire_api: 'responses',
          // Without a name of a variable Codex sends no key.
          ...(needsKey && { env_key: keyVariable }),
        },
      },
    ],
  },
  environment: keyEnvironment,
  notes: () => [],
  overriddenBy: [],
  request: ({ model }, prompt) => ({
    path: '/v1/responses',
    headers: { accept: 'text/event-stream', originator: 'codex_exec' },
    body: {
      model,
      instructions: 'You are a coding agent.',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }],
      tool_choice: 'auto',
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
    },
    end: 'response.completed',
  }),
}
