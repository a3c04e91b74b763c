import { packState } from '../../../common/carried-state.ts'
import { isObject } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { encryptedForm } from '../state-form.ts'
import type { ClientTool } from '../tools/client-tools.ts'

/** One item of a response's `output`. Items of a reply and of a stream are made here, so that they are the same. */
export type OutputItem = Readonly<Record<string, unknown>> & { readonly id: string }

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** The ids of a response and of its items, made of the reply's own id: `resp_1`, `msg_1_0`. */
export function responseId(replyId: string): string {
  return replyId.startsWith('resp_') ? replyId : `resp_${plainId(replyId)}`
}

export function itemId(prefix: 'msg' | 'rs' | 'fc' | 'ctc' | 'tsc', replyId: string, index: number): string {
  return `${prefix}_${plainId(replyId.replace(/^resp_/, ''))}_${index}`
}

/** OpenAI takes item ids of 64 characters at most. */
function plainId(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9_-]/g, '').slice(-48)
}

export function textItem(id: string, text: string, status: ItemStatus): OutputItem {
  return { id, type: 'message', status, role: 'assistant', content: [textContent(text)] }
}

export function textContent(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

export function refusalItem(id: string, refusal: string, status: ItemStatus): OutputItem {
  return { id, type: 'message', status, role: 'assistant', content: [{ type: 'refusal', refusal }] }
}

/**
 * @param state of the reasoning; null if there is none. It is there whether or not the client has asked for it with
 *   `include`: without it models refuse to go on with a tool loop, and most clients send items back as they came.
 */
export function reasoningItem(id: string, text: string, state: OpaqueState | null): OutputItem {
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(state !== null && { encrypted_content: packState(state, encryptedForm) }),
  }
}

/** The state of a call has no place in its item, so that an item of reasoning before it carries the state. */
export function callStateItem(id: string, state: OpaqueState, callId: string): OutputItem {
  return { id, type: 'reasoning', summary: [], encrypted_content: packState(state, encryptedForm, callId) }
}

/** @param tool the client's; null for a call of a tool that it did not offer, which stays a function's. */
export function callItem(
  call: { readonly id: string; readonly name: string; readonly arguments: string },
  tool: ClientTool | null,
  item: { readonly replyId: string; readonly index: number; readonly status: ItemStatus },
): OutputItem {
  const { status } = item
  const name = tool?.name ?? call.name
  const namespace = tool === null || tool.namespace === null ? {} : { namespace: tool.namespace }
  switch (tool?.kind) {
    case 'custom':
      return {
        id: itemId('ctc', item.replyId, item.index),
        type: 'custom_tool_call',
        status,
        call_id: call.id,
        ...namespace,
        name,
        input: customInput(call.arguments),
      }
    case 'tool-search':
      return {
        id: itemId('tsc', item.replyId, item.index),
        type: 'tool_search_call',
        status,
        call_id: call.id,
        execution: 'client',
        arguments: parseJson(call.arguments) ?? {},
      }
    default:
      return {
        id: itemId('fc', item.replyId, item.index),
        type: 'function_call',
        status,
        call_id: call.id,
        ...namespace,
        name,
        arguments: call.arguments,
      }
  }
}

/**
 * The text that a model gives a custom tool: the `input` of its arguments. A model that writes the text itself instead of
 * arguments means the same.
 */
export function customInput(argumentText: string): string {
  const parsed = parseJson(argumentText)
  return isObject(parsed) && typeof parsed.input === 'string' ? parsed.input : argumentText
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
