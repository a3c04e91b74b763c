import type { ReplyEvent, StartedPart } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { readRedactedData, readUpstreamSignature } from '../values/thinking-state.ts'
import { decodeToolCallId } from '../values/tool-call-id.ts'
import { formatToolInput } from '../values/tool-input.ts'

/** Reads the content blocks of a stream, which the API numbers, into parts. */
export type BlockReader = {
  /** @param index of the upstream, and any JSON, as the blocks and deltas are. */
  start(index: unknown, block: unknown): void
  add(index: unknown, delta: unknown): void
  stop(index: unknown): void
  stopAll(): void
  /** Adds a refusal with its explanation. */
  refuse(explanation: string): void
}

type OpenBlock = {
  readonly part: number
  readonly kind: StartedPart['kind']
  /** Known at the end of a block only: a later signature takes the place of an earlier one. */
  signature: string
  /** The whole input of a call that came with its start. Its deltas, if there are any, take its place. */
  input: string
}

/** The API has one open at a time. More than these are never open in a reply, so the oldest is over. */
const maxOpenBlocks = 64

export function createBlockReader(onEvent: (event: ReplyEvent) => void): BlockReader {
  const open = new Map<unknown, OpenBlock>()
  let parts = 0

  function begin(part: StartedPart): number {
    onEvent({ kind: 'part-start', index: parts, part })
    return parts++
  }

  function addText(part: number, text: unknown): void {
    if (typeof text === 'string' && text !== '') onEvent({ kind: 'delta', index: part, text })
  }

  function start(index: unknown, block: unknown): void {
    if (!isObject(block)) return
    const part = findPart(block)
    if (part === null) return
    stop(index)
    if (open.size >= maxOpenBlocks) stop(open.keys().next().value)
    const opened: OpenBlock = { part: begin(part), kind: part.kind, signature: '', input: '' }
    open.set(index, opened)
    if (block.type === 'text') addText(opened.part, block.text)
    if (block.type === 'tool_use') opened.input = formatToolInput(block.input)
    if (block.type === 'thinking') {
      addText(opened.part, block.thinking)
      opened.signature = textOf(block.signature) ?? ''
    }
    if (block.type === 'redacted_thinking')
      onEvent({
        kind: 'state',
        index: opened.part,
        state: readRedactedData(textOf(block.data) ?? ''),
      })
  }

  function add(index: unknown, delta: unknown): void {
    const block = open.get(index)
    if (block === undefined || !isObject(delta)) return
    if (delta.type === 'text_delta' && block.kind === 'text') addText(block.part, delta.text)
    else if (delta.type === 'thinking_delta' && block.kind === 'reasoning')
      addText(block.part, delta.thinking)
    else if (delta.type === 'signature_delta' && block.kind === 'reasoning')
      block.signature = textOf(delta.signature) ?? ''
    else if (delta.type === 'input_json_delta' && block.kind === 'tool-call') {
      if (delta.partial_json !== '') block.input = ''
      addText(block.part, delta.partial_json)
    }
  }

  function stop(index: unknown): void {
    const block = open.get(index)
    if (block === undefined) return
    open.delete(index)
    addText(block.part, block.input)
    const state = readUpstreamSignature(block.signature)
    if (state !== null) onEvent({ kind: 'state', index: block.part, state })
    onEvent({ kind: 'part-end', index: block.part })
  }

  function stopAll(): void {
    for (const index of [...open.keys()]) stop(index)
  }

  function refuse(explanation: string): void {
    stopAll()
    const part = begin({ kind: 'refusal' })
    addText(part, explanation)
    onEvent({ kind: 'part-end', index: part })
  }

  return { start, add, stop, stopAll, refuse }
}

/** The part that a block begins; null for a block of a kind that has none. */
function findPart(block: JsonObject): StartedPart | null {
  switch (block.type) {
    case 'text':
      return { kind: 'text' }
    case 'thinking':
    case 'redacted_thinking':
      return { kind: 'reasoning' }
    case 'tool_use':
      return {
        kind: 'tool-call',
        id: decodeToolCallId(textOf(block.id) ?? ''),
        name: textOf(block.name) ?? '',
      }
    default:
      return null
  }
}
