import type { Model } from '../../routing/catalogue/model.ts'
import type { CommonReply, ReplyEvent } from '../protocols/common/common-reply.ts'
import type { CommonRequest } from '../protocols/common/common-request.ts'
import type { OpaqueState, Part } from '../protocols/common/parts.ts'
import { openState, sealState } from './sealed-state.ts'

/** Where each protocol keeps a model's own state, in its clients' messages. */
export const stateForms: Readonly<Record<string, string>> = {
  messages: 'messages.signature',
  responses: 'responses.encrypted',
  'chat-completions': 'chat.thought-signature',
}

/** The request as its model gets it: with its own reasoning as it wrote it, and without that of other models. */
export function withOwnReasoning(request: CommonRequest, model: Model): CommonRequest {
  const turns = request.turns.map(({ role, parts }) => ({
    role,
    parts: parts.flatMap((part) => toOwnPart(part, model)),
  }))
  return { ...request, turns: turns.filter(({ parts }) => parts.length > 0) }
}

function toOwnPart(part: Part, model: Model): Part[] {
  if (part.kind === 'reasoning') {
    // Text that no state came with may be any model's.
    const opened = part.state === null ? null : openState(model, part.state)
    return opened?.kind === 'own' ? [{ ...part, state: opened.state }] : []
  }
  if (part.kind !== 'tool-call' || part.state === undefined) return [part]
  const { state, ...rest } = part
  const opened = openState(model, state)
  return [opened.kind === 'own' && opened.state !== null ? { ...rest, state: opened.state } : rest]
}

/** The reply as its client keeps it: with the model's state sealed. */
export function withSealedReasoning(reply: CommonReply, model: Model, form: string): CommonReply {
  const parts = reply.parts.map((part) => {
    if (part.kind === 'reasoning') return { ...part, state: sealState(model, form, part.state) }
    if (part.kind !== 'tool-call' || part.state === undefined) return part
    return { ...part, state: sealState(model, form, part.state) }
  })
  return { ...reply, parts }
}

/** The same for the events of a stream, one after the other. */
export function createReasoningSealer(
  model: Model,
  form: string,
  onEvent: (event: ReplyEvent) => void,
): (event: ReplyEvent) => void {
  /** Parts of reasoning that are open and have had no state. */
  const unsealed = new Set<number>()
  const seal = (index: number, state: OpaqueState | null) => {
    unsealed.delete(index)
    onEvent({ kind: 'state', index, state: sealState(model, form, state) })
  }
  const sealAll = () => {
    for (const index of [...unsealed]) seal(index, null)
  }
  return (event) => {
    // Writers end reasoning where the next part begins, even if the upstream ends it with the reply only.
    if (event.kind === 'part-start') {
      sealAll()
      if (event.part.kind === 'reasoning') unsealed.add(event.index)
    }
    if (event.kind === 'state') {
      seal(event.index, event.state)
      return
    }
    if (event.kind === 'part-end' && unsealed.has(event.index)) seal(event.index, null)
    // A protocol that never ends a part ends all of them with the reply.
    if (event.kind === 'stop') sealAll()
    onEvent(event)
  }
}
