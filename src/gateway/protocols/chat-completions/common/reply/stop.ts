import type { Stop } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import { toText } from '../json-values.ts'

/** What a reply holds that its stop reason depends on. */
export type StopContent = { readonly hasCalls: boolean; readonly hasRefusal: boolean }

/**
 * Why a reply ended, by the `finish_reason` of its choice. Gemini and Ollama say `stop` after a tool call too. vLLM gives
 * the stop text that was found as `stop_reason`.
 */
export function readStop(choice: JsonObject, { hasCalls, hasRefusal }: StopContent): Stop {
  switch (choice.finish_reason) {
    case 'length':
      return { reason: 'length', text: null }
    case 'content_filter':
      return { reason: 'content-filter', text: null }
    case 'tool_calls':
    case 'function_call':
      return { reason: 'tool-calls', text: null }
    default: {
      if (hasCalls) return { reason: 'tool-calls', text: null }
      if (hasRefusal) return { reason: 'refusal', text: null }
      const text = toText(choice.stop_reason)
      return { reason: text === null ? 'end' : 'stop-text', text }
    }
  }
}

/** The `finish_reason`. A refusal without a text of its own is one by a filter. */
export function writeStop({ reason }: Stop, hasRefusal: boolean, usesFunctions: boolean): string {
  switch (reason) {
    case 'end':
    case 'stop-text':
    case 'pause':
      return 'stop'
    case 'length':
    case 'context':
      return 'length'
    case 'tool-calls':
      return usesFunctions ? 'function_call' : 'tool_calls'
    case 'refusal':
      return hasRefusal ? 'stop' : 'content_filter'
    case 'content-filter':
      return 'content_filter'
  }
}
