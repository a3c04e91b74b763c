import type { CommonReply } from '../../../src/gateway/protocols/common/common-reply.ts'
import { commonForms } from '../../../src/gateway/protocols/forms.ts'
import { assembleReply } from '../protocols/assemble-reply.ts'
import { readEvents } from '../protocols/read-events.ts'
import { answer, toolArguments } from '../protocols/speaking-model.ts'
import { page } from './faulty-model.ts'
import { type Plan, reachesAnswer, type Spoken } from './plan.ts'
import type { Seen } from './soak-client.ts'
import { protocolNames } from './soak-gateway.ts'

/** What a reply was to its client. `dishonest`: it looks whole and is not, or is in no form that the client knows. */
export type Verdict =
  | { readonly kind: 'whole' | 'error' | 'broken' | 'left' }
  | { readonly kind: 'dishonest'; readonly why: string }

const formOf = (spoken: Spoken) => commonForms.find(({ protocol }) => protocol === protocolNames[spoken])!

export function judge(plan: Plan, seen: Seen): Verdict {
  if (seen.hasLeft) return { kind: 'left' }
  const verdict = plan.stream && seen.status === 200 ? judgeStream(plan, seen) : judgeDocument(plan, seen)
  if (isOverload(seen)) return { kind: 'error' }
  // The poor key's budget may refuse a request or its other model.
  if (verdict.kind !== 'whole' && verdict.kind !== 'dishonest' && plan.key !== 'poor' && reachesAnswer(plan))
    return dishonest(`${verdict.kind}, though a call would have been answered`)
  return verdict
}

/** The queue of the gateway was full, or the wait in it too long. */
export function isOverload({ status, body }: Seen): boolean {
  return status === 429 && body.includes('The gateway answers as many requests as it may at once')
}

function judgeDocument(plan: Plan, { status, body, isComplete }: Seen): Verdict {
  if (!isComplete) return { kind: 'broken' }
  const value = parseObject(body)
  if (status !== 200) {
    if (value !== null && hasErrorForm(plan.client, value)) return { kind: 'error' }
    if (status === 502 && body === page) return { kind: 'error' } // a proxy's own, passed as it is
    return dishonest('an error in no form of its protocol')
  }
  // An upstream's error with status 200 is passed as it is where both sides speak one protocol.
  if (value !== null && hasErrorForm(plan.client, value)) return { kind: 'error' }
  const reply = value === null ? null : formOf(plan.client).readReply(value)
  if (reply === null) return dishonest('status 200 with no reply')
  return judgeReply(plan, reply)
}

function judgeStream(plan: Plan, { body, isComplete }: Seen): Verdict {
  const { reply, error, isComplete: isWhole } = assembleReply(readEvents(formOf(plan.client), body))
  if (error !== null) return { kind: isComplete ? 'error' : 'broken' }
  if (!isComplete) return dishonest('a stream that broke off without an error event')
  if (!isWhole || !lastEvents[plan.client].test(body))
    return dishonest('a clean end of a stream that is not whole')
  return judgeReply(plan, reply)
}

const lastEvents: Readonly<Record<Spoken, RegExp>> = {
  chat: /data: \[DONE\]\n\n$/,
  messages: /event: message_stop\ndata: [^\n]*\n\n$/,
  responses: /event: response\.completed\ndata: [^\n]*\n\n$/,
}

function judgeReply(plan: Plan, { parts, usage }: CommonReply): Verdict {
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('')
  const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [part.arguments] : []))
  const isRight = plan.callsTool
    ? calls.length === 1 && isSameJson(calls[0]!, toolArguments)
    : text === answer && calls.length === 0
  if (!isRight) return dishonest(`another content: ${JSON.stringify({ text, calls })}`)
  // A chat client that did not ask for the usage of its stream does not get it.
  if (usage === null && plan.client === 'chat' && plan.stream) return { kind: 'whole' }
  return usage?.output === 30 ? { kind: 'whole' } : dishonest(`another usage: ${JSON.stringify(usage)}`)
}

function hasErrorForm(spoken: Spoken, value: Readonly<Record<string, unknown>>): boolean {
  const { error } = value
  if (typeof error !== 'object' || error === null || !('message' in error) || !('type' in error)) return false
  return spoken === 'messages' ? value.type === 'error' : 'code' in error && 'param' in error
}

function dishonest(why: string): Verdict {
  return { kind: 'dishonest', why }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

function isSameJson(one: string, other: string): boolean {
  return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other))
}
