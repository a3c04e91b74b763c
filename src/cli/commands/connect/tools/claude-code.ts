import { join } from 'node:path'
import { json } from '../settings/json.ts'
import { type GatewayPoint, keyEnvironment, keyVariable, noKey, type Tool } from './tool.ts'

/**
 * Claude Code speaks Messages and adds `/v1/messages` to its base URL. `apiKeyHelper` is a command whose output it sends
 * as `x-api-key` and as a Bearer token, so that the key is in no file. Each tier of models has a variable of its own.
 */
export const claudeCode: Tool = {
  name: 'claude-code',
  title: 'Claude Code',
  source: { documentation: 'https://code.claude.com/docs/en/llm-gateway', triedWith: '2.1.332' },
  settings: {
    format: json,
    files: ({ home, variable }) => [
      join(variable('CLAUDE_CONFIG_DIR') ?? join(home, '.claude'), 'settings.json'),
    ],
    rules: (gateway) => [
      { kind: 'set', path: ['apiKeyHelper'], value: keyCommand(gateway) },
      ...Object.entries(variables(gateway)).map(([name, value]) => ({
        kind: 'set' as const,
        path: ['env', name] as const,
        value,
      })),
    ],
  },
  environment: keyEnvironment,
  notes: (gateway) =>
    gateway.contextTokens === undefined
      ? [
          'Claude Code assumes a context of its own for a model that it does not know: --context-tokens gives it that of your largest model.',
        ]
      : [],
  overriddenBy: ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_MODEL'],
  request: ({ model }, prompt) => ({
    path: '/v1/messages?beta=true',
    headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'claude-code-20250219', 'x-app': 'cli' },
    body: {
      model,
      max_tokens: 64,
      stream: true,
      system: [{ type: 'text', text: 'You are a coding agent.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
    },
    end: 'message_stop',
  }),
}

function keyCommand({ needsKey }: GatewayPoint): string {
  return needsKey ? `printenv ${keyVariable}` : `echo ${noKey}`
}

function variables({ url, model, contextTokens }: GatewayPoint): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    ...(contextTokens !== undefined && { CLAUDE_CODE_MAX_CONTEXT_TOKENS: `${contextTokens}` }),
  }
}
