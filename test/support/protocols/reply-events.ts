import type { CommonReply, ReplyEvent, Stop } from '../../../src/gateway/protocols/common/common-reply.ts'

/** The events of a reply, each part's text in pieces of at most `pieceLength`. */
export function eventsOf(reply: CommonReply, pieceLength: number): ReplyEvent[] {
  const events: ReplyEvent[] = [{ kind: 'start', id: reply.id, model: reply.model, usage: null }]
  for (const [index, part] of reply.parts.entries()) {
    const started =
      part.kind === 'tool-call' ? { kind: part.kind, id: part.id, name: part.name } : { kind: part.kind }
    events.push({ kind: 'part-start', index, part: started })
    const whole = part.kind === 'tool-call' ? part.arguments : part.text
    for (let at = 0; at < whole.length; at += pieceLength)
      events.push({ kind: 'delta', index, text: whole.slice(at, at + pieceLength) })
    const opaque = part.kind === 'reasoning' ? part.state : part.kind === 'tool-call' ? part.state : undefined
    if (opaque !== null && opaque !== undefined) events.push({ kind: 'state', index, state: opaque })
    events.push({ kind: 'part-end', index })
  }
  if (reply.usage !== null) events.push({ kind: 'usage', usage: reply.usage })
  events.push({ kind: 'stop', stop: reply.stop }, { kind: 'end' })
  return events
}

/** The reply that events tell of. Null unless they say that it is complete. */
export function replyOf(events: readonly ReplyEvent[]): CommonReply | null {
  const parts = new Map<number, CommonReply['parts'][number]>()
  let head = { id: '', model: '' }
  let stop: Stop | null = null
  let usage: CommonReply['usage'] = null
  let isComplete = false
  for (const event of events) {
    if (event.kind === 'start') head = { id: event.id, model: event.model }
    if (event.kind === 'part-start') {
      const { part } = event
      if (part.kind === 'tool-call') parts.set(event.index, { ...part, arguments: '' })
      else if (part.kind === 'reasoning') parts.set(event.index, { kind: part.kind, text: '', state: null })
      else parts.set(event.index, { kind: part.kind, text: '' })
    }
    const part = 'index' in event ? parts.get(event.index) : undefined
    if (event.kind === 'delta' && part !== undefined)
      parts.set(
        event.index,
        part.kind === 'tool-call'
          ? { ...part, arguments: part.arguments + event.text }
          : { ...part, text: part.text + event.text },
      )
    if (event.kind === 'state' && part?.kind === 'reasoning')
      parts.set(event.index, { ...part, state: event.state })
    if (event.kind === 'usage') usage = event.usage
    if (event.kind === 'stop') stop = event.stop
    if (event.kind === 'end') isComplete = true
  }
  return isComplete && stop !== null ? { ...head, parts: [...parts.values()], stop, usage } : null
}
