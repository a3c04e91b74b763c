import { omitUndefined } from '../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../row.ts'
import { coerceName, coerceNames, coerceObject } from './cells/coerce.ts'
import { coerceNumber } from './cells/coerce-number.ts'
import { coerceTime } from './cells/coerce-time.ts'
import { findOtherCall, isFailedCall } from './fields/request-metadata.ts'
import type { DocumentedLogFormat, LoggedDecision, NotRoutable, ReadLogRow } from './log-format.ts'
import { findAnswer } from './reply/chat-reply.ts'
import { type ChatCall, parseChatCall } from './request/chat-call.ts'

/**
 * RouteLLM's own request log, as `serve --request-log FILE` writes it: one record a finished request. Only a log
 * written with `--request-log-text` has the bodies in `request` and `response`; any other has the router's win rate.
 */
export const routellmLog: DocumentedLogFormat = {
  name: 'routellm',
  expects:
    'records {"id": "rllm-…", "protocol", "model", "strongWinRate", "tokens", "usd"} of serve --request-log',
  documentation: {
    writtenBy: 'RouteLLM: `serve --request-log FILE`',
    reads:
      '`request` and `response` if written with `--request-log-text`, else the logged `strongWinRate`; `model`, `upstream`, `tokens`, `usd`, `status`, `task`, `key`, `tags`',
    testedWith: ['request-logs/routellm.jsonl'],
  },
  recognises: isRequestRecord,
  read,
}

/** Whether a row is a record of RouteLLM's request log. */
export function isRequestRecord(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null || !('id' in value)) return false
  return (
    typeof value.id === 'string' && value.id.startsWith('rllm-') && 'protocol' in value && 'attempts' in value
  )
}

function read(row: Row, pickPrompt: PickPrompt): ReadLogRow {
  const model = coerceName(row.model)
  const call = findCall(row, pickPrompt)
  const tokens = coerceObject(row.tokens) ?? {}
  const path = coerceName(row.path)
  const decision = parseDecision(row)
  return {
    kind: 'request',
    request: {
      ...omitUndefined({
        upstream: coerceName(row.upstream),
        decision,
        inputTokens: coerceNumber(tokens.input),
        cachedInputTokens: coerceNumber(tokens.cachedInput),
        // Each event of a stream without usage is about one token.
        outputTokens: coerceNumber(tokens.output) ?? coerceNumber(row.events),
        // 0 is the price of a free model here. An unknown cost is null.
        costUsd: coerceNumber(row.usd),
        time: coerceTime(row.time),
        key: coerceName(row.key),
        endpoint: path,
        answer: findAnswer(row.response),
        notRoutable: isFailedCall(row.status)
          ? 'error'
          : model === undefined
            ? 'other-call'
            : (findOtherCall(path, model) ?? reasonNotToRoute(call, decision)),
      }),
      tags: parseTags(row),
      prompt: call?.prompt ?? { text: '', system: '' },
      // Requests for the list of models and the like ask no model.
      model: model ?? 'unknown',
    },
  }
}

function reasonNotToRoute(
  call: ChatCall | undefined,
  decision: LoggedDecision | undefined,
): NotRoutable | undefined {
  // A body that was cut still has the win rate of the router that decided it.
  if (call !== undefined && (call.notRoutable !== 'truncated' || decision === undefined))
    return call.notRoutable
  return decision === undefined ? 'not-scored' : undefined
}

/** A body that a request's `request` holds, as an object or as its JSON. */
function findCall({ request }: Row, pickPrompt: PickPrompt): ChatCall | undefined {
  const body = coerceObject(request)
  return body === undefined ? undefined : parseChatCall(body, pickPrompt)
}

function parseDecision({ router, threshold, strongWinRate }: Row): LoggedDecision | undefined {
  const name = coerceName(router)
  const winRate = coerceNumber(strongWinRate)
  if (name === undefined || winRate === undefined || winRate > 1) return undefined
  return { router: name, strongWinRate: winRate, ...omitUndefined({ threshold: coerceNumber(threshold) }) }
}

/** The log's tags, and the kind of work as one more: `task=look-up`. */
function parseTags({ tags, task }: Row): string[] {
  const name = coerceName(task)
  return name === undefined ? [...coerceNames(tags)] : [...coerceNames(tags), `task=${name}`]
}

/** What a record is to a command that reads prompts. */
export type RecordedPrompt =
  /** The user's last request, and the id of the request as the id of the row. */
  | { readonly kind: 'prompt'; readonly row: { readonly prompt: string; readonly id: unknown } }
  /** No chat, a body that was cut, or a turn inside a tool loop, which repeats the prompt of an earlier record. */
  | { readonly kind: 'left-out' }
  /** The log was written without `--request-log-text`. */
  | { readonly kind: 'no-text' }

const leftOut: ReadonlySet<NotRoutable> = new Set(['tool-turn', 'no-text', 'truncated'])

/** Reads a record as a prompt. */
export function promptOfRecord(row: Row, pickPrompt: PickPrompt): RecordedPrompt {
  if (!('request' in row)) return { kind: 'no-text' }
  const call = findCall(row, pickPrompt)
  const isChat = findOtherCall(coerceName(row.path), coerceName(row.model) ?? '') === undefined
  if (call === undefined || !isChat || (call.notRoutable !== undefined && leftOut.has(call.notRoutable)))
    return { kind: 'left-out' }
  return { kind: 'prompt', row: { prompt: call.prompt.text, id: row.id } }
}
