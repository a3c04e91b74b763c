import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceObject, coerceText, findField } from '../cells/coerce.ts'
import { coerceCount } from '../cells/coerce-number.ts'
import { type ColumnFinder, createColumnFinder } from '../cells/column-names.ts'
import { type LoggedRequest, type NotRoutable, type ReadLogRow, unreadable } from '../log-format.ts'
import { findAnswer } from '../reply/chat-reply.ts'
import { type LoggedTokens, parseUsage } from '../reply/usage.ts'
import type { ChatCall } from '../request/chat-call.ts'
import { type Exchange, findExchange, parseChatValue } from './exchange.ts'
import {
  columns,
  findCost,
  findOtherCall,
  isCachedRow,
  isFailedRow,
  parseRequestMetadata,
} from './request-metadata.ts'

/** What a format knows better than the search of the whole row. */
export type KnownFields = Partial<Omit<LoggedRequest, 'prompt'>> & {
  readonly call?: ChatCall | undefined
  /** What to say of a row without a request. */
  readonly noRequest: string
}

/** Columns of a table that may hold the prompt, as plain names. */
export const promptColumns: readonly string[] = [
  'prompt',
  'messages',
  'input',
  'question',
  'query',
  'usermessage',
  'userprompt',
  'prompttext',
  'inputtext',
  'request',
  'text',
  'content',
]

/**
 * Reads a request of any product: the request and its reply wherever the row holds them, and what is known of the call from
 * the objects around them. Known fields have precedence.
 */
export function readRequest(row: Row, known: KnownFields, pickPrompt: PickPrompt): ReadLogRow {
  const exchange = findExchange(row, pickPrompt)
  const { body, reply, frames, places } = exchange
  const call =
    known.call ??
    exchange.call ??
    createColumnFinder([row])(promptColumns, (value) => parseChatValue(value, pickPrompt)) ??
    exchange.textCall
  const find = createColumnFinder(places)
  const findAround = createColumnFinder(frames)
  const around = parseRequestMetadata(row, findAround)
  const asked = coerceName(body?.model)
  const model =
    known.model ?? reply.model ?? asked ?? find(columns.model, coerceName) ?? reply.modelVersion ?? 'unknown'
  const endpoint = known.endpoint ?? around.endpoint
  const otherCall = findOtherCall(endpoint, model)
  const isFailed = reply.isFailed || isFailedRow(findAround)
  const isCached = known.notRoutable === 'cached' || isCachedRow(find)
  if (call === undefined && !isFailed && known.notRoutable === undefined && otherCall === undefined)
    return unreadable(known.noRequest)
  const { call: _, noRequest: __, ...fields } = known
  return {
    kind: 'request',
    request: {
      ...around,
      ...tokensOf(row, find, exchange),
      ...omitUndefined({
        // The usage of a cached reply states what its first answer cost.
        costUsd: isCached ? findCost(findAround) : (findCost(find) ?? reply.costUsd),
        time: around.time ?? reply.time,
        isTimeUnread:
          around.time === undefined && findAround(columns.time, isTimeText) ? (true as const) : undefined,
        user: around.user ?? coerceName(body?.user) ?? coerceName(coerceObject(body?.metadata)?.user_id),
        askedModel: asked === model ? undefined : asked,
        answer: reply.answer ?? call?.answer ?? findAnswerColumn(row, exchange),
        missingCharacters: call?.missingCharacters,
      }),
      ...fields,
      ...omitUndefined({
        notRoutable: reasonOf({ isFailed, isCached, known: known.notRoutable, otherCall, call }),
      }),
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

/** A column of a table that holds the answer. If the request is elsewhere, a text of the row may be the answer too. */
function findAnswerColumn(row: Row, { call }: Exchange): string | undefined {
  const find = createColumnFinder([row])
  return (
    find(columns.answer, findAnswer) ??
    (call === undefined ? undefined : find(['text', 'generatedtext', 'outputtext'], coerceText))
  )
}

/** Whether a column of times holds a text that is meant as one. */
function isTimeText(value: unknown): true | undefined {
  return typeof value === 'string' && /\d/.test(value) ? true : undefined
}

function reasonOf(facts: {
  readonly isFailed: boolean
  readonly isCached: boolean
  readonly known: NotRoutable | undefined
  readonly otherCall: NotRoutable | undefined
  readonly call: ChatCall | undefined
}): NotRoutable | undefined {
  if (facts.isFailed) return 'error'
  if (facts.isCached) return 'cached'
  return facts.known ?? facts.otherCall ?? facts.call?.notRoutable
}

function tokensOf(row: Row, find: ColumnFinder, { reply }: Exchange): LoggedTokens {
  const usage = findField(row, ['usage', 'tokens', 'token_usage', 'tokenUsage'], coerceObject)
  return {
    ...omitUndefined({
      inputTokens: find(columns.inputTokens, coerceCount),
      cachedInputTokens: find(columns.cachedInputTokens, coerceCount),
      outputTokens: find(columns.outputTokens, coerceCount),
    }),
    ...parseUsage({ ...row, input: undefined, output: undefined, ...usage }),
    ...reply.tokens,
  }
}
