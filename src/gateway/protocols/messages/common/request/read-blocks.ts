import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import type {
  OpaqueState,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../../common/parts.ts'
import { unread } from '../losses/unread.ts'
import { readCacheMark } from '../values/cache-mark.ts'
import { isSet } from '../values/is-set.ts'
import { readRedactedData, readSignature } from '../values/thinking-state.ts'
import { decodeToolCallId } from '../values/tool-call-id.ts'
import { formatToolInput } from '../values/tool-input.ts'
import { readMediaBlock } from './read-media.ts'

/** The `content` of a message: a text, or blocks. */
export function readContent(content: unknown, path: string, losses: LossList): Part[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) return []
  const parts = content.flatMap((block, index) => readBlock(block, `${path}[${index}]`, losses))
  return attachCallStates(parts)
}

/** The `system` prompt: a text, or text blocks. */
export function readSystem(system: unknown, path: string, losses: LossList): TextPart[] {
  return readContent(system, path, losses).flatMap((part, index) => {
    if (part.kind === 'text') return [part]
    report(losses, unread.block, `${path}[${index}]`)
    return []
  })
}

function readBlock(block: unknown, path: string, losses: LossList): readonly (Part | CallState)[] {
  if (!isObject(block)) return []
  switch (block.type) {
    case 'tool_use':
      return [readToolUse(block, path, losses)]
    case 'tool_result':
      return [readToolResult(block, path, losses)]
    case 'thinking':
      return [readThinking(block)]
    case 'redacted_thinking':
      return [{ kind: 'reasoning', text: '', state: readRedactedData(textOf(block.data) ?? '') }]
    default:
      return readMediaBlock(block, path, losses)
  }
}

function readToolUse(block: JsonObject, path: string, losses: LossList): ToolCallPart {
  if (isSet(block.toolset_name)) report(losses, unread.toolsetName, `${path}.toolset_name`)
  return {
    kind: 'tool-call',
    id: decodeToolCallId(textOf(block.id) ?? ''),
    name: textOf(block.name) ?? '',
    arguments: formatToolInput(block.input),
    ...readCacheMark(block),
  }
}

function readToolResult(block: JsonObject, path: string, losses: LossList): ToolResultPart {
  const content = block.content
  const parts =
    typeof content === 'string'
      ? [{ kind: 'text' as const, text: content }]
      : (Array.isArray(content) ? content : []).flatMap((inner: unknown, index) =>
          isObject(inner) ? readMediaBlock(inner, `${path}.content[${index}]`, losses) : [],
        )
  return {
    kind: 'tool-result',
    id: decodeToolCallId(textOf(block.tool_use_id) ?? ''),
    parts,
    isError: block.is_error === true,
    ...readCacheMark(block),
  }
}

function readThinking(block: JsonObject): ReasoningPart | CallState {
  const text = textOf(block.thinking) ?? ''
  const { state, callId } = readSignature(textOf(block.signature) ?? '')
  if (callId !== '' && text === '' && state !== null) return { kind: 'call-state', callId, state }
  return { kind: 'reasoning', text, state }
}

/** A block of thinking without text that carries the state of a call of the same message. */
type CallState = { readonly kind: 'call-state'; readonly callId: string; readonly state: OpaqueState }

function attachCallStates(parts: readonly (Part | CallState)[]): Part[] {
  const states = new Map<string, OpaqueState>()
  for (const part of parts) if (part.kind === 'call-state') states.set(part.callId, part.state)
  return parts.flatMap((part): Part[] => {
    if (part.kind === 'call-state') return []
    const state = part.kind === 'tool-call' ? states.get(part.id) : undefined
    return part.kind === 'tool-call' && state !== undefined ? [{ ...part, state }] : [part]
  })
}
