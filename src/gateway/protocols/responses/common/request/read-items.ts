import { unpackState } from '../../../common/carried-state.ts'
import type { Turn } from '../../../common/common-request.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import type { TextPart, ToolResultPart } from '../../../common/parts.ts'
import { joinReasoning } from '../reply/reasoning-text.ts'
import { encryptedForm } from '../state-form.ts'
import type { ClientTools } from '../tools/client-tools.ts'
import { type ContentPart, readContent } from './read-content.ts'
import { createTurns } from './turns.ts'
import { unread } from './unread.ts'
import { unsupportedItems } from './unsupported.ts'

type Conversation = { readonly system: readonly TextPart[]; readonly turns: readonly Turn[] }

/** Reads `input`: text, or a list of items. Instructions before the first turn are the system's. */
export function readInput(input: unknown, tools: ClientTools, losses: LossList): Conversation {
  const system: TextPart[] = []
  const turns = createTurns()
  if (typeof input === 'string') {
    turns.add('user', readContent(input, 'input', losses))
  } else if (Array.isArray(input)) {
    for (const [index, item] of input.entries()) {
      const path = `input[${index}]`
      if (isObject(item)) readItem(item, path)
      else losses.add(path, 'refused', 'an item of input is an object')
    }
  } else if (input !== undefined && input !== null) {
    losses.add('input', 'refused', 'input is text or a list of items')
  }
  return { system, turns: turns.end() }

  function readItem(item: JsonObject, path: string): void {
    const type = textOf(item.type) ?? (item.role === undefined ? 'item_reference' : 'message')
    switch (type) {
      case 'message':
        readMessage(item, path)
        break
      case 'function_call':
      case 'custom_tool_call':
      case 'tool_search_call':
        readCall(item, type, path)
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
      case 'tool_search_output':
        readOutput(item, type, path)
        break
      case 'reasoning':
        readReasoning(item)
        break
      case 'additional_tools': // its tools are read with the others
        break
      default: {
        const known = unsupportedItems.find((unsupported) => unsupported.field === type)
        if (known === undefined)
          losses.add(path, 'refused', `items of the kind ${JSON.stringify(type)} are not known`)
        else losses.add(path, known.kind, known.why)
      }
    }
  }

  function readMessage(item: JsonObject, path: string): void {
    const parts = readContent(item.content, `${path}.content`, losses)
    if (item.phase !== undefined && item.phase !== null) report(losses, unread.phase, `${path}.phase`)
    if (item.role === 'assistant' || item.role === 'user') turns.add(item.role, parts)
    else if (item.role === 'system' || item.role === 'developer') readInstructions(parts, path)
    else losses.add(`${path}.role`, 'refused', `the role ${JSON.stringify(item.role ?? null)} is not known`)
  }

  function readInstructions(parts: readonly ContentPart[], path: string): void {
    if (turns.isEmpty && parts.every((part) => part.kind === 'text')) {
      for (const part of parts) system.push(part)
      return
    }
    report(losses, unread.laterInstructions, `${path}.role`)
    turns.add('user', parts)
  }

  function readCall(item: JsonObject, type: string, path: string): void {
    const id = textOf(item.call_id) ?? textOf(item.id)
    if (id === null) {
      losses.add(path, 'refused', 'the call has no call_id')
      return
    }
    const name =
      type === 'tool_search_call'
        ? tools.commonName('tool_search', null)
        : tools.commonName(textOf(item.name) ?? '', textOf(item.namespace))
    turns.add('assistant', [{ kind: 'tool-call', id, name, arguments: readArguments(item, type) }])
  }

  function readOutput(item: JsonObject, type: string, path: string): void {
    const id = textOf(item.call_id)
    if (id === null) {
      losses.add(path, 'refused', 'the output has no call_id')
      return
    }
    const parts: ToolResultPart['parts'][number][] = []
    const content = type === 'tool_search_output' ? listFoundTools(item) : item.output
    for (const part of readContent(content, `${path}.output`, losses)) {
      if (part.kind === 'text' || part.kind === 'image' || part.kind === 'file') parts.push(part)
      else losses.add(`${path}.output`, 'refused', 'the output of a tool holds text, images and files')
    }
    turns.add('user', [{ kind: 'tool-result', id, parts, isError: false }])
  }

  function readReasoning(item: JsonObject): void {
    const text = joinReasoning(item)
    const encrypted = textOf(item.encrypted_content)
    if (encrypted === null || encrypted === '') {
      // Without text, it is a reference to what the provider that made it keeps: nothing that another model could use.
      if (text !== '') turns.add('assistant', [{ kind: 'reasoning', text, state: null }])
      return
    }
    const { state, callId } = unpackState(encrypted, encryptedForm)
    if (callId !== '') {
      turns.addCallState(callId, state)
      return
    }
    const id = textOf(item.id)
    const own =
      state.form === encryptedForm && id !== null && state.id === undefined ? { ...state, id } : state
    turns.add('assistant', [{ kind: 'reasoning', text, state: own }])
  }
}

function readArguments(item: JsonObject, type: string): string {
  if (type === 'custom_tool_call') return JSON.stringify({ input: textOf(item.input) ?? '' })
  return typeof item.arguments === 'string' ? item.arguments : JSON.stringify(item.arguments ?? {})
}

/** What a search found, as text; the tools themselves are offered to the model with the others. */
function listFoundTools(item: JsonObject): string {
  return JSON.stringify({ tools: item.tools ?? [] })
}
