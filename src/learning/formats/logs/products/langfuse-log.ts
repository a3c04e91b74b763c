import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceNames, coerceObject, coerceObjects, findField } from '../cells/coerce.ts'
import { coerceCost, coerceCount } from '../cells/coerce-number.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { createColumnFinder } from '../cells/column-names.ts'
import { parseChatValue } from '../fields/exchange.ts'
import { findOtherCall, isCachedRow } from '../fields/request-metadata.ts'
import { type DocumentedLogFormat, type NotRoutable, type ReadLogRow, unreadable } from '../log-format.ts'
import { readReply } from '../reply/chat-reply.ts'
import { type LoggedTokens, parseUsage } from '../reply/usage.ts'

const observationMarks = [
  'traceId',
  'trace_id',
  'providedModelName',
  'provided_model_name',
  'parentObservationId',
  'parent_observation_id',
]
const traceMarks = ['sessionId', 'session_id', 'bookmarked', 'observationCount', 'observation_count']

/**
 * Exports of Langfuse: observations and traces from its tables (CSV, JSON, JSON Lines, camelCase) and from the blob
 * storage export (snake_case). Only observations of type generation are model calls. A trace may be several calls of
 * models that it does not name, so observations are more exact.
 */
export const langfuseLog: DocumentedLogFormat = {
  name: 'langfuse',
  expects: 'observations or traces as Langfuse exports them, with input, model, usageDetails and totalCost',
  documentation: {
    writtenBy:
      'Langfuse: observations or traces of its tables (CSV, JSON, JSON Lines), of its API and of the blob storage export. Export observations: a trace may be several calls of models that it does not name',
    reads:
      '`input`, `output`, `model` or `providedModelName`, `usageDetails`, `totalCost` or `costDetails`, `type` (only `GENERATION` is a call), `level`, `userId`, `traceTags` or `tags`',
    testedWith: [
      '20-langfuse-api-page/observations.json',
      '21-langfuse-ui-csv/export.csv',
      '21-langfuse-ui-csv/trace-with-observations.json',
    ],
  },
  unpack: observationsOf,
  recognises: (row) =>
    ('input' in row || 'observations' in row) &&
    (observationMarks.some((mark) => mark in row) || traceMarks.filter((mark) => mark in row).length >= 2),
  read,
}

/** The observations that a trace holds in full, with the user and the tags of the trace. Else the row itself. */
function observationsOf(row: Row): readonly Row[] {
  const observations = coerceObjects(row.observations) ?? []
  if (!observations.some((each) => /^generation$/i.test(String(each.type)))) return [row]
  return observations.map((each) => ({ userId: row.userId, traceTags: row.tags, ...each }))
}

function read(row: Row, pickPrompt: PickPrompt): ReadLogRow {
  const named = findField(row, ['model', 'providedModelName', 'provided_model_name'], coerceName)
  const call = parseChatValue(row.input, pickPrompt)
  const reply = readReply(row.output)
  const model = named ?? reply.model ?? 'unknown'
  const isCached = isCachedRow(createColumnFinder([row, coerceObject(row.metadata) ?? {}]))
  const isCall = row.type === undefined || row.type === null || /^generation$/i.test(String(row.type))
  if (call === undefined && isCall)
    return unreadable('has no text in "input"; export observations together with their input and output')
  const notRoutable: NotRoutable | undefined = !isCall
    ? 'other-call'
    : row.level === 'ERROR'
      ? 'error'
      : isCached
        ? 'cached'
        : (findOtherCall(undefined, model) ?? call?.notRoutable)
  return {
    kind: 'request',
    request: {
      ...omitUndefined({
        ...reply.tokens,
        ...parseTokens(row),
        costUsd: parseCost(row) ?? (isCached ? undefined : reply.costUsd),
        missingCharacters: call?.missingCharacters,
        time: findField(row, ['startTime', 'start_time', 'timestamp'], coerceTime),
        user: findField(row, ['userId', 'user_id'], coerceName),
        endpoint: coerceName(row.name),
        answer: reply.answer,
        notRoutable,
      }),
      tags: findField(row, ['traceTags', 'tags'], someNames) ?? [],
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

/**
 * Sums tokens as Langfuse does: every kind of usage with `input` in its name is input, every one with `output` is
 * output.
 */
function parseTokens(row: Row): LoggedTokens {
  const details = findField(row, ['usageDetails', 'usage_details'], coerceObject)
  const input = sumAmounts(details, (kind) => kind.includes('input'))
  const cached = sumAmounts(
    details,
    (kind) => kind.includes('input') && /cache/.test(kind) && !/creat|write/.test(kind),
  )
  const output = sumAmounts(details, (kind) => kind.includes('output'))
  const plain = parseUsage({ ...row, input: undefined, output: undefined, ...coerceObject(row.usage) })
  return omitUndefined({
    inputTokens: input ?? findField(row, ['inputUsage', 'inputTokens'], someTokens) ?? plain.inputTokens,
    cachedInputTokens: cached,
    outputTokens: output ?? findField(row, ['outputUsage', 'outputTokens'], someTokens) ?? plain.outputTokens,
  })
}

function parseCost(row: Row): number | undefined {
  const details = findField(row, ['costDetails', 'cost_details'], coerceObject)
  return (
    findField(row, ['totalCost', 'total_cost', 'calculatedTotalCost'], coerceCost) ??
    coerceCost(details?.total)
  )
}

function sumAmounts(details: Row | undefined, counts: (kind: string) => boolean): number | undefined {
  const amounts = Object.entries(details ?? {}).flatMap(([kind, value]) =>
    counts(kind) ? (coerceCount(value) ?? []) : [],
  )
  return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0)
}

/** Langfuse writes 0 for an unknown usage. */
function someTokens(value: unknown): number | undefined {
  const tokens = coerceCount(value)
  return tokens === 0 ? undefined : tokens
}

function someNames(value: unknown): readonly string[] | undefined {
  const names = coerceNames(value)
  return names.length === 0 ? undefined : names
}
