import type OpenAI from 'openai'
import type { ChatMessage } from '../routing/prompts/prompt-rule.ts'

/** What the base class's resources pass to `request`. */
export type RequestOptions = Awaited<Parameters<OpenAI['request']>[0]>

export const chatCompletionsPath = '/chat/completions'

/** The model and messages of a call to create a chat completion; undefined for every other call. */
export function parseChatRequest(
  options: RequestOptions,
): { model: string; messages: readonly ChatMessage[]; body: object } | undefined {
  const { method, path, body } = options
  if (method !== 'post' || path !== chatCompletionsPath) return undefined
  if (typeof body !== 'object' || body === null || !('model' in body) || typeof body.model !== 'string')
    return undefined
  const messages: unknown = 'messages' in body ? body.messages : undefined
  return { model: body.model, messages: Array.isArray(messages) ? messages.filter(isMessage) : [], body }
}

function isMessage(value: unknown): value is ChatMessage {
  return typeof value === 'object' && value !== null && 'role' in value && typeof value.role === 'string'
}
