import type { CommonForm } from '../../../src/gateway/protocols/common/common-form.ts'
import type { ReplyEvent } from '../../../src/gateway/protocols/common/common-reply.ts'

/**
 * The events of a stream whose bytes come in pieces.
 *
 * @param sizes of the pieces in bytes; the rest comes in one piece.
 */
export function readEvents(form: CommonForm, stream: string, sizes: readonly number[] = []): ReplyEvent[] {
  const events: ReplyEvent[] = []
  const reader = form.createEventReader((event) => events.push(event))
  const bytes = Buffer.from(stream)
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    const piece = Buffer.from(bytes.subarray(at, at + size))
    at += size
    reader.push(piece)
    piece.fill(0x2a) // a reader that kept a view of the upstream's memory reads this
  }
  reader.end()
  return events
}

/** Events with neighbouring deltas of a part as one, since pieces of text may be cut anywhere. */
export function joinDeltas(events: readonly ReplyEvent[]): ReplyEvent[] {
  const joined: ReplyEvent[] = []
  for (const event of events) {
    const last = joined.at(-1)
    if (event.kind === 'delta' && last?.kind === 'delta' && last.index === event.index)
      joined[joined.length - 1] = { ...last, text: last.text + event.text }
    else joined.push(event)
  }
  return joined
}
