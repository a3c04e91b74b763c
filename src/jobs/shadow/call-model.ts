import type { Buffer } from 'node:buffer'
import { findUsageUsd } from '../../gateway/accounts/find-usage-usd.ts'
import type { Protocol } from '../../gateway/protocols/protocol.ts'
import { HeldReply } from '../../gateway/send/held-reply.ts'
import type { OutgoingRequest } from '../../gateway/send/outgoing-request.ts'
import type { Sender } from '../../gateway/send/sender.ts'
import type { Model } from '../../routing/catalogue/model.ts'

export type CalledModel =
  | { readonly kind: 'answered'; readonly body: Buffer; readonly usd: number | null }
  /** @param usd 0 if the call cost nothing; null if nobody knows. */
  | { readonly kind: 'failed'; readonly problem: string; readonly usd: number | null }

export type ModelCall = {
  readonly model: Model
  /** The request's. */
  readonly protocol: Protocol
  readonly request: OutgoingRequest
}

/** Calls a model once through the gateway's own sender, and reads the whole reply. Never rejects: an abort is a failure. */
export function callModel(
  sender: Sender,
  { model, protocol, request }: ModelCall,
  signal: AbortSignal,
): Promise<CalledModel> {
  return new Promise((resolve) => {
    const abort = () => {
      held.abort()
      resolve({ kind: 'failed', problem: 'aborted', usd: spentUsd(held, model) })
    }
    const held = new HeldReply(model, protocol, (settled) => {
      signal.removeEventListener('abort', abort)
      resolve(toCalled(settled, model))
      if (settled.state === 'too-long') settled.abort()
    })
    if (signal.aborted) {
      resolve({ kind: 'failed', problem: 'aborted', usd: 0 })
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      held.attempt.start(sender, request)
    } catch (error) {
      signal.removeEventListener('abort', abort)
      resolve({ kind: 'failed', problem: error instanceof Error ? error.name : 'error', usd: 0 })
    }
  })
}

function toCalled(held: HeldReply, model: Model): CalledModel {
  const usd = spentUsd(held, model)
  if (held.state === 'complete') return { kind: 'answered', body: held.readBody(), usd }
  const problem = held.state === 'refused' ? `status ${held.status}` : (held.error?.name ?? held.state)
  return { kind: 'failed', problem, usd }
}

function spentUsd({ attempt }: HeldReply, model: Model): number | null {
  if (attempt.sentAt === 0 || attempt.isRefused) return 0
  const usage = attempt.readUsage()?.usage ?? null
  if (usage !== null) return findUsageUsd(model, usage)
  // An upstream that could not be reached has written nothing.
  return attempt.headAt === 0 && !attempt.isAborted ? 0 : null
}
