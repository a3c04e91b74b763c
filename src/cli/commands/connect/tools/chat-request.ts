import type { GatewayPoint, ToolRequest } from './tool.ts'

/** A turn as the clients of chat completions send it: streamed, with usage. */
export function chatRequest({ model }: GatewayPoint, prompt: string): ToolRequest {
  return {
    path: '/v1/chat/completions',
    headers: {},
    body: {
      model,
      max_tokens: 64,
      messages: [
        { role: 'system', content: 'You are a coding agent.' },
        { role: 'user', content: prompt },
      ],
      stream: true,
      stream_options: { include_usage: true },
    },
    end: '[DONE]',
  }
}
