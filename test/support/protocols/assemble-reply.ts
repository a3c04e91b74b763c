import type {
  CommonError,
  CommonReply,
  ReplyEvent,
} from '../../../src/gateway/protocols/common/common-reply.ts'

type Part = CommonReply['parts'][number]

export type AssembledReply = {
  readonly reply: CommonReply
  readonly error: CommonError | null
  /** Whether the stream said that it is complete. */
  readonly isComplete: boolean
}

/**
 * The whole reply that a stream's events tell.
 *
 * @throws Error if the events contradict the contract: a part that begins twice or out of turn, a delta of a part that is
 * not open, anything after the end.
 */
export function assembleReply(events: readonly ReplyEvent[]): AssembledReply {
  const parts: Part[] = []
  const open = new Set<number>()
  let reply: CommonReply = { id: '', model: '', parts, stop: { reason: 'end', text: null }, usage: null }
  let error: CommonError | null = null
  let isComplete = false
  let hasStarted = false
  for (const event of events) {
    if (isComplete || error !== null) throw new Error(`${event.kind} after the end`)
    if (event.kind !== 'start' && event.kind !== 'error' && !hasStarted)
      throw new Error(`${event.kind} before the start`)
    switch (event.kind) {
      case 'start':
        if (hasStarted) throw new Error('a second start')
        hasStarted = true
        reply = { ...reply, id: event.id, model: event.model, usage: event.usage }
        break
      case 'part-start':
        if (event.index !== parts.length)
          throw new Error(`part ${event.index} begins as part ${parts.length}`)
        open.add(event.index)
        parts.push(begin(event.part))
        break
      case 'delta':
        if (!open.has(event.index)) throw new Error(`a delta of part ${event.index}, which is not open`)
        parts[event.index] = extend(parts[event.index]!, event.text)
        break
      case 'state':
        if (!open.has(event.index)) throw new Error(`a state of part ${event.index}, which is not open`)
        parts[event.index] = { ...parts[event.index]!, state: event.state } as Part
        break
      case 'part-end':
        if (!open.delete(event.index)) throw new Error(`the end of part ${event.index}, which is not open`)
        break
      case 'usage':
        reply = { ...reply, usage: event.usage }
        break
      case 'stop':
        reply = { ...reply, stop: event.stop }
        break
      case 'error':
        error = event.error
        break
      case 'end':
        if (open.size > 0) throw new Error('the end while parts are open')
        isComplete = true
    }
  }
  return { reply: { ...reply, parts }, error, isComplete }
}

function begin(part: Extract<ReplyEvent, { kind: 'part-start' }>['part']): Part {
  if (part.kind === 'tool-call') return { ...part, arguments: '' }
  return part.kind === 'reasoning'
    ? { kind: 'reasoning', text: '', state: null }
    : { kind: part.kind, text: '' }
}

function extend(part: Part, text: string): Part {
  if (part.kind === 'tool-call') return { ...part, arguments: part.arguments + text }
  return { ...part, text: part.text + text }
}
