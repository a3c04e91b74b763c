import type { StartedPart } from '../../../common/common-reply.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { findRedactedData } from '../values/thinking-state.ts'
import {
  formatBlockStart,
  formatBlockStop,
  formatCallState,
  formatSignature,
  formatText,
} from './format-event.ts'

/**
 * Writes parts as content blocks, of which the protocol has one open at a time. Each method returns the text of its
 * events.
 */
export type BlockWriter = {
  start(index: number, part: StartedPart): string
  add(index: number, text: string): string
  setState(index: number, state: OpaqueState): void
  end(index: number): string
  endAll(): string
  /** Whether more is held of parts whose turn has not come than fits. */
  isOverfull(): boolean
}

type WrittenPart = {
  readonly part: StartedPart
  /** Null once it is written. */
  state: OpaqueState | null
  /** What came while a call was open. */
  held: string[]
  isWaiting: boolean
  hasEnded: boolean
}

/** In characters. Each part and piece counts as some more, so that many empty ones do not pass. */
const maxHeld = 1 << 23
const overhead = 256

/**
 * Text and reasoning end where another part begins, and go on in a further block if there is more of them. The arguments
 * of a call cannot be split, so what comes of other parts meanwhile waits until the call ends. The block of a text begins
 * with its first piece, because the API refuses empty text in the client's next request.
 */
export function createBlockWriter(): BlockWriter {
  const parts = new Map<number, WrittenPart>()
  /** Those that wait for the open call to end, in the order in which they came. */
  let waiting: number[] = []
  let openIndex: number | null = null
  let nextBlock = 0
  let held = 0

  function start(index: number, part: StartedPart): string {
    if (parts.has(index)) return ''
    parts.set(index, { part, state: null, held: [], isWaiting: false, hasEnded: false })
    held += overhead
    if (part.kind !== 'tool-call') return ''
    return callIsOpen() ? wait(index) : open(index)
  }

  function add(index: number, text: string): string {
    const written = parts.get(index)
    if (written === undefined || text === '') return ''
    if (index === openIndex) return formatPiece(written, text)
    if (!callIsOpen()) return open(index) + formatPiece(written, text)
    written.held.push(text)
    held += text.length + overhead
    return wait(index)
  }

  function setState(index: number, state: OpaqueState): void {
    const written = parts.get(index)
    if (written !== undefined) written.state = state
  }

  function end(index: number): string {
    const written = parts.get(index)
    if (written === undefined) return ''
    written.hasEnded = true
    if (index === openIndex) return close() + writeWaiting()
    return callIsOpen() ? wait(index) : writePart(index)
  }

  function endAll(): string {
    for (const written of parts.values()) written.hasEnded = true
    let text = close() + writeWaiting()
    for (const index of [...parts.keys()]) text += writePart(index)
    return text
  }

  function callIsOpen(): boolean {
    return openIndex !== null && parts.get(openIndex)?.part.kind === 'tool-call'
  }

  function wait(index: number): string {
    const written = parts.get(index)!
    if (!written.isWaiting) waiting.push(index)
    written.isWaiting = true
    return ''
  }

  function writeWaiting(): string {
    const order = waiting
    let text = ''
    let done = 0
    while (done < order.length && !callIsOpen()) text += writePart(order[done++]!)
    waiting = order.slice(done)
    return text
  }

  /** Writes what there is of a part that is not open. */
  function writePart(index: number): string {
    const written = parts.get(index)
    if (written === undefined) return ''
    const { part, state } = written
    written.isWaiting = false
    let text = ''
    if (part.kind === 'tool-call' || written.held.length > 0 || (part.kind === 'reasoning' && state !== null))
      text += open(index)
    for (const piece of written.held) {
      text += formatPiece(written, piece)
      held -= piece.length + overhead
    }
    written.held = []
    if (!written.hasEnded) return text
    if (index === openIndex) return text + close()
    forget(index)
    return text
  }

  function open(index: number): string {
    const interrupted = close()
    const { part, state } = parts.get(index)!
    openIndex = index
    return interrupted + formatBlockStart(nextBlock, part, state)
  }

  function close(): string {
    if (openIndex === null) return ''
    const written = parts.get(openIndex)!
    const { part, state } = written
    if (written.hasEnded) forget(openIndex)
    openIndex = null
    written.state = null
    const isSigned = part.kind === 'reasoning' && findRedactedData(state) === null
    const signature = isSigned && state !== null ? formatSignature(nextBlock, state) : ''
    const text = signature + formatBlockStop(nextBlock++)
    return part.kind === 'tool-call' && state !== null
      ? text + formatCallState(nextBlock++, part.id, state)
      : text
  }

  function formatPiece({ part, state }: WrittenPart, text: string): string {
    return findRedactedData(state) === null ? formatText(nextBlock, part.kind, text) : ''
  }

  function forget(index: number): void {
    if (parts.delete(index)) held -= overhead
  }

  return { start, add, setState, end, endAll, isOverfull: () => held > maxHeld }
}
