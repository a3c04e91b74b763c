import type { BaseMessage } from '@langchain/core/messages'
import { fieldOf } from '../../base/text/json/field-of.ts'
import type { CallTokens } from '../deciding/pair-decisions.ts'

/** Messages of LangChain as the body of a chat completion, by which the decision is made. It is sent to nobody. */
export function toChatBody(model: string, messages: readonly BaseMessage[], tools: readonly unknown[]) {
  return { model, messages: messages.map(toChatMessage), ...(tools.length > 0 && { tools }) }
}

const roles: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' }

function toChatMessage(message: BaseMessage) {
  const type = message.getType()
  const calls: unknown = fieldOf(message, 'tool_calls')
  return {
    role: roles[type] ?? type,
    content: message.content,
    ...(Array.isArray(calls) && calls.length > 0 && { tool_calls: calls.map(toToolCall) }),
    ...(type === 'tool' && { tool_call_id: fieldOf(message, 'tool_call_id') }),
  }
}

function toToolCall(call: unknown): object {
  const given = JSON.stringify(fieldOf(call, 'args')) ?? ''
  return {
    id: fieldOf(call, 'id'),
    type: 'function',
    function: { name: fieldOf(call, 'name'), arguments: given },
  }
}

/** The tokens of a message; `answered` if it does not say them. */
export function tokensOf(message: BaseMessage): CallTokens | 'answered' {
  const usage = fieldOf(message, 'usage_metadata')
  const input = fieldOf(usage, 'input_tokens')
  const output = fieldOf(usage, 'output_tokens')
  const cached = fieldOf(fieldOf(usage, 'input_token_details'), 'cache_read')
  if (typeof input !== 'number' || typeof output !== 'number') return 'answered'
  return { input, cachedInput: typeof cached === 'number' ? cached : 0, output }
}
