import { chatRequest } from './chat-request.ts'
import { type GatewayPoint, keyEnvironment, keyVariable, noKey, type Tool } from './tool.ts'

/** The variables that the official clients of OpenAI and Anthropic read. */
export const env: Tool = {
  name: 'env',
  title: 'programs with the clients of OpenAI or Anthropic',
  source: {
    documentation:
      'https://github.com/openai/openai-node and https://github.com/anthropics/anthropic-sdk-typescript',
    triedWith: 'openai 6.49.0 and @anthropic-ai/sdk 1.14.0',
  },
  settings: null,
  environment: (gateway) => [
    ...keyEnvironment(gateway),
    { name: 'OPENAI_BASE_URL', value: `${gateway.url}/v1` },
    { name: 'OPENAI_API_KEY', value: key(gateway) },
    { name: 'ANTHROPIC_BASE_URL', value: gateway.url },
    { name: 'ANTHROPIC_API_KEY', value: key(gateway) },
  ],
  notes: ({ model }) => [`The programs ask for the model ${model}.`],
  overriddenBy: [],
  request: chatRequest,
}

function key({ needsKey }: GatewayPoint): string {
  return needsKey ? `$${keyVariable}` : noKey
}
