import { join } from 'node:path'
import { json } from '../settings/json.ts'
import { chatRequest } from './chat-request.ts'
import { keyEnvironment, keyVariable, noKey, type Tool } from './tool.ts'

/** Qwen Code speaks chat completions for models of the type `openai`, and starts with a key only. */
export const qwenCode: Tool = {
  name: 'qwen-code',
  title: 'Qwen Code',
  source: {
    documentation: 'https://qwenlm.github.io/qwen-code-docs/en/users/configuration/model-providers',
    triedWith: '0.24.4',
  },
  settings: {
    format: json,
    files: ({ home }) => [join(home, '.qwen', 'settings.json')],
    rules: ({ url, model, needsKey, contextTokens }) => [
      {
        kind: 'put',
        path: ['modelProviders', 'openai'],
        by: 'name',
        entry: {
          id: model,
          name: 'RouteLLM',
          baseUrl: `${url}/v1`,
          envKey: keyVariable,
          ...(contextTokens !== undefined && { generationConfig: { contextWindowSize: contextTokens } }),
        },
      },
      { kind: 'set', path: ['security', 'auth', 'selectedType'], value: 'openai' },
      { kind: 'set', path: ['model', 'name'], value: model },
      // The environment goes before it.
      ...(needsKey ? [] : [{ kind: 'set' as const, path: ['env', keyVariable] as const, value: noKey }]),
    ],
  },
  environment: keyEnvironment,
  notes: () => [],
  overriddenBy: ['OPENAI_BASE_URL', 'OPENAI_MODEL'],
  request: chatRequest,
}
