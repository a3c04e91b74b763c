import type { CommonReply, Stop } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, objectOf } from '../../../common/json-fields.ts'

/** Why a response ended: from its status, and from what it holds. */
export function readStop(response: JsonObject, kinds: Iterable<CommonReply['parts'][number]['kind']>): Stop {
  if (response.status === 'incomplete') {
    const reason = objectOf(response.incomplete_details)?.reason
    return { reason: reason === 'content_filter' ? 'content-filter' : 'length', text: null }
  }
  const held = new Set(kinds)
  if (held.has('tool-call')) return { reason: 'tool-calls', text: null }
  return { reason: held.has('refusal') ? 'refusal' : 'end', text: null }
}

/** How a response says why it ended. A refusal that the model put into words is a complete answer. */
export function writeStatus(stop: Stop, hasRefusal: boolean): Status {
  switch (stop.reason) {
    case 'length':
    case 'context':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    case 'content-filter':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }
    case 'refusal':
      return hasRefusal
        ? { status: 'completed', incomplete_details: null }
        : { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }
    case 'end':
    case 'stop-text':
    case 'tool-calls':
    case 'pause':
      return { status: 'completed', incomplete_details: null }
  }
}

export type Status = {
  readonly status: 'completed' | 'incomplete'
  readonly incomplete_details: { readonly reason: string } | null
}

/** Whether the response is one that failed: it holds an error and no answer. */
export function hasFailed(response: JsonObject): boolean {
  return response.status === 'failed' || (isObject(response.error) && response.status !== 'completed')
}
