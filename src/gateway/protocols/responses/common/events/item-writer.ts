import type { ReplyContext } from '../../../common/common-form.ts'
import type { StartedPart } from '../../../common/common-reply.ts'
import { createLossList } from '../../../common/loss-list.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import {
  callItem,
  callStateItem,
  type ItemStatus,
  itemId,
  type OutputItem,
  reasoningItem,
  refusalItem,
  textContent,
  textItem,
} from '../reply/output-item.ts'
import { type ClientTool, readClientTools } from '../tools/client-tools.ts'

/** A part whose item is not done. */
type OpenPart = {
  readonly part: StartedPart
  /** Of its item. */
  readonly id: string
  readonly outputIndex: number
  /** Of a call: the client's tool. */
  readonly tool: ClientTool | null
  text: string
  state: OpaqueState | null
  isEnded: boolean
}

/**
 * Writes the events of items. Clients expect one item of text or reasoning at a time, so that a new part closes those that are
 * open; text that comes for a closed part goes to an item of its own. Calls stay open side by side until they end. An item is
 * done only when the next part begins or the reply ends, since the last one is marked as incomplete where the reply is.
 */
export function createItemWriter(
  replyId: string,
  context: ReplyContext,
  event: (type: string, fields: string) => string,
) {
  const tools = readClientTools(context.body, createLossList())
  const open = new Map<number, OpenPart>()
  /** Kinds of parts that were closed before they ended. */
  const closed = new Map<number, StartedPart>()
  const output: string[] = []
  let nextOutputIndex = 0
  let heldLength = 0
  let hasRefusal = false

  function startPart(index: number, part: StartedPart): string {
    if (open.has(index)) return ''
    const closing = closeWhere(({ part: { kind }, isEnded }) => isEnded || kind !== 'tool-call', 'completed')
    const outputIndex = nextOutputIndex++
    const tool = part.kind === 'tool-call' ? tools.find(part.name) : null
    const bare: OpenPart = {
      part,
      id: '',
      outputIndex,
      tool,
      text: '',
      state: null,
      isEnded: false,
    }
    const item = itemOf({ ...bare, id: itemId(prefixOf(part), replyId, outputIndex) }, 'in_progress')
    const started = { ...bare, id: item.id }
    open.set(index, started)
    closed.delete(index)
    heldLength += itemOverhead
    if (part.kind === 'refusal') hasRefusal = true
    // An item begins without the content that its next event adds.
    const empty = part.kind === 'text' || part.kind === 'refusal' ? { ...item, content: [] } : item
    const added = event(
      'response.output_item.added',
      `"output_index":${outputIndex},"item":${JSON.stringify(empty)}`,
    )
    return closing + added + startContent(started)
  }

  /** The item of a part as far as it has come. */
  function itemOf({ part, id, outputIndex, tool, text, state }: OpenPart, status: ItemStatus): OutputItem {
    switch (part.kind) {
      case 'text':
        return textItem(id, text, status)
      case 'refusal':
        return refusalItem(id, text, status)
      case 'reasoning':
        return reasoningItem(id, text, state)
      case 'tool-call': {
        const call = { id: part.id, name: part.name, arguments: text }
        return callItem(call, tool, { replyId, index: outputIndex, status })
      }
    }
  }

  function startContent(part: OpenPart): string {
    const place = placeOf(part)
    if (part.part.kind === 'text')
      return event(
        'response.content_part.added',
        `${place},"content_index":0,"part":${JSON.stringify(textContent(''))}`,
      )
    if (part.part.kind === 'refusal')
      return event(
        'response.content_part.added',
        `${place},"content_index":0,"part":{"type":"refusal","refusal":""}`,
      )
    return ''
  }

  function addText(index: number, text: string): string {
    if (text === '') return ''
    let part = open.get(index)
    let reopening = ''
    if (part === undefined) {
      const kind = closed.get(index)
      if (kind === undefined) return ''
      reopening = startPart(index, kind)
      part = open.get(index)!
    }
    const isFirst = part.text === ''
    part.text += text
    heldLength += text.length
    return reopening + writeDelta(part, JSON.stringify(text), isFirst)
  }

  /** @param text as JSON. */
  function writeDelta(part: OpenPart, text: string, isFirst: boolean): string {
    const place = placeOf(part)
    switch (part.part.kind) {
      case 'text':
        return event('response.output_text.delta', `${place},"content_index":0,"delta":${text},"logprobs":[]`)
      case 'refusal':
        return event('response.refusal.delta', `${place},"content_index":0,"delta":${text}`)
      case 'reasoning':
        return (
          (isFirst
            ? event(
                'response.reasoning_summary_part.added',
                `${place},"summary_index":0,"part":{"type":"summary_text","text":""}`,
              )
            : '') +
          event('response.reasoning_summary_text.delta', `${place},"summary_index":0,"delta":${text}`)
        )
      case 'tool-call':
        // What a custom tool gets is known when the arguments around it are complete.
        return part.tool !== null && part.tool.kind !== 'function'
          ? ''
          : event('response.function_call_arguments.delta', `${place},"delta":${text}`)
    }
  }

  function addState(index: number, state: OpaqueState): string {
    const part = open.get(index)
    if (part === undefined) return ''
    if (part.part.kind === 'reasoning') {
      part.state = state
      heldLength += state.value.length
      return ''
    }
    if (part.part.kind !== 'tool-call') return ''
    const outputIndex = nextOutputIndex++
    const item = callStateItem(itemId('rs', replyId, outputIndex), state, part.part.id)
    const fields = `"output_index":${outputIndex},"item":${JSON.stringify(item)}`
    output[outputIndex] = JSON.stringify(item)
    heldLength += itemOverhead + state.value.length
    return event('response.output_item.added', fields) + event('response.output_item.done', fields)
  }

  function closeWhere(isToClose: (part: OpenPart) => boolean, status: ItemStatus): string {
    let text = ''
    for (const [index, part] of open) {
      if (!isToClose(part)) continue
      open.delete(index)
      if (!part.isEnded) closed.set(index, part.part)
      text += closePart(part, status)
    }
    return text
  }

  function closePart(part: OpenPart, status: ItemStatus): string {
    const item = itemOf(part, status)
    const json = JSON.stringify(item)
    output[part.outputIndex] = json
    return (
      finishContent(part, item) +
      event('response.output_item.done', `"output_index":${part.outputIndex},"item":${json}`)
    )
  }

  function finishContent(part: OpenPart, item: OutputItem): string {
    const place = placeOf(part)
    const text = JSON.stringify(part.text)
    switch (item.type) {
      case 'message': {
        const content = part.part.kind === 'text' ? 'output_text' : 'refusal'
        const field = part.part.kind === 'text' ? `"text":${text},"logprobs":[]` : `"refusal":${text}`
        const done =
          part.part.kind === 'text' ? textContent(part.text) : { type: 'refusal', refusal: part.text }
        return (
          event(`response.${content}.done`, `${place},"content_index":0,${field}`) +
          event('response.content_part.done', `${place},"content_index":0,"part":${JSON.stringify(done)}`)
        )
      }
      case 'reasoning':
        return part.text === ''
          ? ''
          : event('response.reasoning_summary_text.done', `${place},"summary_index":0,"text":${text}`) +
              event(
                'response.reasoning_summary_part.done',
                `${place},"summary_index":0,"part":{"type":"summary_text","text":${text}}`,
              )
      case 'function_call':
        return event(
          'response.function_call_arguments.done',
          `${place},"name":${JSON.stringify(item.name)},"arguments":${text}`,
        )
      case 'custom_tool_call': {
        const input = JSON.stringify(item.input)
        return (
          event('response.custom_tool_call_input.delta', `${place},"delta":${input}`) +
          event('response.custom_tool_call_input.done', `${place},"input":${input}`)
        )
      }
      default:
        return ''
    }
  }

  return {
    /** The items that are done, as JSON text. */
    get output(): readonly string[] {
      return output.filter((item) => item !== undefined)
    },
    heldLength: () => heldLength,
    hasRefusal: () => hasRefusal,
    startPart,
    addText,
    addState,
    endPart(index: number): void {
      const part = open.get(index)
      if (part !== undefined) part.isEnded = true
      closed.delete(index)
    },
    /** @param status of the item that came last; those before it are complete. */
    closeAll(status: ItemStatus): string {
      const last = Math.max(...[...open.values()].map(({ outputIndex }) => outputIndex))
      return closeWhere(({ outputIndex }) => outputIndex < last, 'completed') + closeWhere(() => true, status)
    },
  }
}

/** What an item costs beside its text, in characters: it bounds the number of items. */
const itemOverhead = 500

function placeOf({ id, outputIndex }: OpenPart): string {
  return `"item_id":"${id}","output_index":${outputIndex}`
}

function prefixOf(part: StartedPart): 'msg' | 'rs' | 'fc' {
  if (part.kind === 'reasoning') return 'rs'
  return part.kind === 'tool-call' ? 'fc' : 'msg'
}
