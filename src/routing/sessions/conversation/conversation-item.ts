/** One event of a conversation, in whichever protocol it was written. */
export type ConversationItem =
  /** A system or developer message: it says nothing about whose turn it is. */
  | { readonly kind: 'instructions' }
  /** What the user's side sent beside tool results. An agent's wrapper text is still in `texts`. */
  | { readonly kind: 'user'; readonly texts: readonly string[]; readonly hasMedia: boolean }
  /** Text or reasoning of the model. */
  | { readonly kind: 'assistant' }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string; readonly input: unknown }
  | {
      readonly kind: 'tool-result'
      readonly id: string
      readonly output: unknown
      /** The protocol's own mark of a failed call. */
      readonly isMarkedFailed: boolean
    }
  /** What replaces the turns before it: an item of the Responses API or a part of the Messages API. */
  | { readonly kind: 'compaction' }

/**
 * The items of one entry of `messages` or `input`, in their order: a message of chat completions (`tool_calls`, role
 * `tool`) or of Messages (`tool_use`, `tool_result`), or an item of Responses (`function_call`, `function_call_output`,
 * `reasoning`). Unknown shapes give no items. Never throws; the cost grows with the number of parts, not with their text.
 */
export function toConversationItems(entry: unknown): readonly ConversationItem[] {
  if (!isObject(entry)) return []
  const { role, type } = entry
  if (role === undefined || (typeof type === 'string' && type !== 'message')) return itemsOfType(entry)
  switch (role) {
    case 'system':
    case 'developer':
      return [{ kind: 'instructions' }]
    case 'tool':
    case 'function':
      return [toToolResult(entry, entry.content)]
    case 'assistant':
    case 'model':
      return assistantItems(entry)
    case 'user':
      return userItems(entry.content)
    default:
      return []
  }
}

/** Items of Responses are named by their type: `local_shell_call`, `custom_tool_call_output`, `mcp_call`, … */
function itemsOfType(item: JsonObject): readonly ConversationItem[] {
  const type = textOf(item.type)
  if (type === 'reasoning') return [{ kind: 'assistant' }]
  if (type.startsWith('compaction') || type === 'context_compaction') return [{ kind: 'compaction' }]
  if (type.endsWith('_call_output') || type === 'mcp_approval_response') {
    return [toToolResult(item, item.output)]
  }
  if (type.endsWith('_call')) return [toToolCall(item, item.arguments ?? item.input ?? item.action)]
  return []
}

function assistantItems({ content, tool_calls, function_call }: JsonObject): readonly ConversationItem[] {
  const items: ConversationItem[] = [{ kind: 'assistant' }]
  for (const part of asArray(content)) {
    if (!isObject(part)) continue
    if (part.type === 'tool_use') items.push(toToolCall(part, part.input))
    else if (part.type === 'tool_result') items.push(toToolResult(part, part.content))
    else if (part.type === 'compaction') items.push({ kind: 'compaction' })
  }
  for (const call of [...asArray(tool_calls), function_call]) {
    if (!isObject(call)) continue
    const called = isObject(call.function) ? call.function : call
    items.push({ ...toToolCall(called, called.arguments), id: textOf(call.id) })
  }
  return items
}

function userItems(content: unknown): readonly ConversationItem[] {
  if (typeof content === 'string') return [{ kind: 'user', texts: [content], hasMedia: false }]
  const items: ConversationItem[] = []
  const texts: string[] = []
  let hasMedia = false
  for (const part of asArray(content)) {
    if (!isObject(part)) continue
    if (part.type === 'tool_result') items.push(toToolResult(part, part.content))
    else if (typeof part.text === 'string' && textTypes.has(part.type)) texts.push(part.text)
    else hasMedia = true
  }
  if (texts.length > 0 || hasMedia || items.length === 0) items.push({ kind: 'user', texts, hasMedia })
  return items
}

const textTypes = new Set<unknown>(['text', 'input_text'])

function toToolCall(call: JsonObject, input: unknown): ConversationItem & { kind: 'tool-call' } {
  return {
    kind: 'tool-call',
    id: textOf(call.call_id ?? call.id),
    name: textOf(call.name ?? call.type),
    input,
  }
}

function toToolResult(result: JsonObject, output: unknown): ConversationItem {
  const { status } = result
  return {
    kind: 'tool-result',
    id: textOf(result.call_id ?? result.tool_call_id ?? result.tool_use_id ?? result.id),
    output,
    isMarkedFailed: result.is_error === true || status === 'failed' || status === 'incomplete',
  }
}

type JsonObject = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
