import type { CommonReply, ReplyEvent, StartedPart } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { readOutputItem, readState } from '../reply/read-reply.ts'
import { reasoningJoint } from '../reply/reasoning-text.ts'

type PartKind = CommonReply['parts'][number]['kind']

/** A part that has begun. */
type OpenPart = {
  readonly index: number
  /** Whether any of its text has been reported. */
  hasText: boolean
  /** Of reasoning: the place of its last piece; a piece from another place comes after a blank line. */
  place: string
}

type OpenItem = {
  readonly type: string
  /** By index of content in a message; one part at 0 otherwise. */
  readonly parts: Map<number, OpenPart>
}

const maxOpenItems = 1000
const maxParts = 10_000

/** Reads the events of items. Items are known by their place in the output, and an item that is done is forgotten. */
export function createItemReader(onEvent: (event: ReplyEvent) => void) {
  const open = new Map<unknown, OpenItem>()
  const kinds = new Set<PartKind>()
  let nextIndex = 0

  function startPart(item: OpenItem, at: number, part: StartedPart): OpenPart {
    const started = { index: nextIndex++, hasText: false, place: '' }
    item.parts.set(at, started)
    kinds.add(part.kind)
    onEvent({ kind: 'part-start', index: started.index, part })
    return started
  }

  function addText(part: OpenPart, text: string): void {
    if (text === '') return
    part.hasText = true
    onEvent({ kind: 'delta', index: part.index, text })
  }

  function beginItem(key: unknown, item: JsonObject): OpenItem | null {
    const known = open.get(key)
    if (known !== undefined) return known
    const type = textOf(item.type) ?? ''
    if (!readTypes.has(type)) return null
    const begun: OpenItem = { type, parts: new Map() }
    open.set(key, begun)
    if (type === 'reasoning') startPart(begun, 0, { kind: 'reasoning' })
    if (type === 'function_call' || type === 'custom_tool_call') {
      const id = textOf(item.call_id) ?? textOf(item.id) ?? ''
      startPart(begun, 0, { kind: 'tool-call', id, name: textOf(item.name) ?? '' })
    }
    return begun
  }

  /** The part that a text belongs to; a server may leave out the event that begins it. */
  function partOf(event: JsonObject, type: string, kind: 'text' | 'refusal' | 'reasoning'): OpenPart | null {
    const item = beginItem(keyOf(event), { type })
    if (item === null || item.type !== type) return null
    const at = type === 'message' && typeof event.content_index === 'number' ? event.content_index : 0
    return item.parts.get(at) ?? startPart(item, at, { kind })
  }

  function callOf(event: JsonObject): OpenPart | null {
    return open.get(keyOf(event))?.parts.get(0) ?? null
  }

  function readReasoning(event: JsonObject, place: string, text: string): void {
    const part = partOf(event, 'reasoning', 'reasoning')
    if (part === null || text === '') return
    if (part.hasText && part.place !== place) addText(part, reasoningJoint)
    part.place = place
    addText(part, text)
  }

  /** A delta of a custom tool's input, as a piece of JSON text. */
  function readCustomDelta(part: OpenPart, text: string): void {
    if (!part.hasText) addText(part, '{"input":"')
    addText(part, JSON.stringify(text).slice(1, -1))
  }

  function finishItem(key: unknown, item: JsonObject): void {
    const begun = beginItem(key, item)
    if (begun === null) return
    open.delete(key)
    for (const [at, part] of readOutputItem(item).entries()) {
      const isOwn = part.kind === 'tool-call' || part.kind === 'reasoning'
      const started = begun.parts.get(at) ?? (isOwn ? null : startPart(begun, at, { kind: part.kind }))
      if (started === null) continue
      if (begun.type === 'custom_tool_call' && started.hasText) addText(started, '"}')
      else if (!started.hasText) addText(started, part.kind === 'tool-call' ? part.arguments : part.text)
    }
    const [reasoning] = begun.type === 'reasoning' ? begun.parts.values() : []
    const state = reasoning === undefined ? null : readState(item)
    if (reasoning !== undefined && state !== null) onEvent({ kind: 'state', index: reasoning.index, state })
    for (const { index } of begun.parts.values()) onEvent({ kind: 'part-end', index })
  }

  return {
    kinds,
    /** What is held grows with these only. */
    isTooMany: () => open.size > maxOpenItems || nextIndex > maxParts,
    read(event: JsonObject): void {
      const delta = textOf(event.delta) ?? ''
      switch (event.type) {
        case 'response.output_item.added':
          if (isObject(event.item)) beginItem(keyOf(event), event.item)
          break
        case 'response.content_part.added': {
          const type = isObject(event.part) ? event.part.type : null
          if (type === 'output_text') partOf(event, 'message', 'text')
          if (type === 'refusal') partOf(event, 'message', 'refusal')
          break
        }
        case 'response.output_text.delta':
        case 'response.refusal.delta': {
          const kind = event.type === 'response.refusal.delta' ? 'refusal' : 'text'
          const part = partOf(event, 'message', kind)
          if (part !== null) addText(part, delta)
          break
        }
        case 'response.reasoning_summary_text.delta':
          readReasoning(event, `summary ${event.summary_index}`, delta)
          break
        case 'response.reasoning_text.delta':
          readReasoning(event, `content ${event.content_index}`, delta)
          break
        case 'response.function_call_arguments.delta': {
          const part = callOf(event)
          if (part !== null) addText(part, delta)
          break
        }
        case 'response.custom_tool_call_input.delta': {
          const part = callOf(event)
          if (part !== null && delta !== '') readCustomDelta(part, delta)
          break
        }
        case 'response.output_item.done':
          if (isObject(event.item)) finishItem(keyOf(event), event.item)
          break
      }
    },
    /** @param output of the last event. Its items are read if no event has told of any. */
    finish(output: readonly unknown[]): void {
      if (nextIndex === 0) for (const [at, item] of output.entries()) if (isObject(item)) finishItem(at, item)
      for (const [key, item] of open) {
        const last = typeof key === 'number' ? output[key] : null
        finishItem(key, isObject(last) && last.type === item.type ? last : { type: item.type })
      }
    },
  }
}

const readTypes = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call'])

function keyOf(event: JsonObject): unknown {
  if (typeof event.output_index === 'number') return event.output_index
  const item = isObject(event.item) ? event.item.id : event.item_id
  return typeof item === 'string' ? item : ''
}
