import { join } from 'node:path'
import { yaml } from '../settings/yaml.ts'
import { chatRequest } from './chat-request.ts'
import { keyEnvironment, keyVariable, type Tool } from './tool.ts'

/** Continue reads secrets from its own `.env` file and from the environment. */
export const continueDev: Tool = {
  name: 'continue',
  title: 'Continue',
  source: { documentation: 'https://docs.continue.dev/reference', triedWith: '1.5.47 of its command line' },
  settings: {
    format: yaml,
    files: ({ home, variable }) => [
      join(variable('CONTINUE_GLOBAL_DIR') ?? join(home, '.continue'), 'config.yaml'),
    ],
    rules: ({ url, model, needsKey, contextTokens }) => [
      { kind: 'default', path: ['name'], value: 'RouteLLM' },
      { kind: 'default', path: ['version'], value: '1.0.0' },
      { kind: 'default', path: ['schema'], value: 'v1' },
      {
        kind: 'put',
        path: ['models'],
        by: 'name',
        entry: {
          name: 'RouteLLM',
          provider: 'openai',
          model,
          apiBase: `${url}/v1`,
          // The templates of Continue, not of this language.
          ...(needsKey && { apiKey: `\${{ secrets.${keyVariable} }}` }),
          ...(contextTokens !== undefined && { defaultCompletionOptions: { contextLength: contextTokens } }),
          roles: ['chat', 'edit', 'apply'],
        },
      },
    ],
  },
  environment: keyEnvironment,
  notes: ({ needsKey }) => [
    ...(needsKey ? [`In an editor, put ${keyVariable} into ~/.continue/.env instead.`] : []),
    'Choose the model RouteLLM in the list of Continue.',
  ],
  overriddenBy: [],
  request: chatRequest,
}
