import type { Row } from '../row.ts'
import { chatCallOfValue } from './chat-call.ts'
import { answerOf, type LoggedTokens, tokensOfUsage } from './chat-reply.ts'
import { type LogFormat, type NotRoutable, type ReadLogRow, unreadable } from './log-format.ts'
import { amountOf, costOf, firstOf, nameOf, namesOf, objectOf, present, timeOf } from './loose-fields.ts'
import { otherCallOf } from './surroundings.ts'

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
 * storage export (snake_case). Of observations only generations are model calls. A trace may be several calls of
 * models that it does not name, so observations say more.
 */
export const langfuseLog: LogFormat = {
  name: 'langfuse',
  expects: 'observations or traces as Langfuse exports them, with input, model, usageDetails and totalCost',
  recognises: (row) =>
    'input' in row &&
    (observationMarks.some((mark) => mark in row) || traceMarks.filter((mark) => mark in row).length >= 2),
  read,
}

function read(row: Row): ReadLogRow {
  const model = firstOf(row, ['model', 'providedModelName', 'provided_model_name'], nameOf) ?? 'unknown'
  const call = chatCallOfValue(row.input)
  const isCall = row.type === undefined || row.type === null || /^generation$/i.test(String(row.type))
  if (call === undefined && isCall)
    return unreadable('has no text in "input"; export observations together with their input and output')
  const notRoutable: NotRoutable | undefined = !isCall
    ? 'other-call'
    : row.level === 'ERROR'
      ? 'error'
      : (otherCallOf(undefined, model) ?? call?.notRoutable)
  return {
    kind: 'request',
    request: {
      ...present({
        ...tokensOf(row),
        costUsd: costIn(row),
        time: firstOf(row, ['startTime', 'start_time', 'timestamp'], timeOf),
        user: firstOf(row, ['userId', 'user_id'], nameOf),
        endpoint: nameOf(row.name),
        answer: answerOf(row.output),
        notRoutable,
      }),
      tags: firstOf(row, ['traceTags', 'tags'], someNames) ?? [],
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

/** As Langfuse sums them itself: every kind of usage with `input` in its name is input, and so for `output`. */
function tokensOf(row: Row): LoggedTokens {
  const details = firstOf(row, ['usageDetails', 'usage_details'], objectOf)
  const input = sumOf(details, (kind) => kind.includes('input'))
  const cached = sumOf(
    details,
    (kind) => kind.includes('input') && /cache/.test(kind) && !/creat|write/.test(kind),
  )
  const output = sumOf(details, (kind) => kind.includes('output'))
  const plain = tokensOfUsage({ ...row, input: undefined, output: undefined, ...objectOf(row.usage) })
  return present({
    inputTokens: input ?? firstOf(row, ['inputUsage', 'inputTokens'], someTokens) ?? plain.inputTokens,
    cachedInputTokens: cached,
    outputTokens: output ?? firstOf(row, ['outputUsage', 'outputTokens'], someTokens) ?? plain.outputTokens,
  })
}

function costIn(row: Row): number | undefined {
  const details = firstOf(row, ['costDetails', 'cost_details'], objectOf)
  return firstOf(row, ['totalCost', 'total_cost', 'calculatedTotalCost'], costOf) ?? costOf(details?.total)
}

function sumOf(details: Row | undefined, counts: (kind: string) => boolean): number | undefined {
  const amounts = Object.entries(details ?? {}).flatMap(([kind, value]) =>
    counts(kind) ? (amountOf(value) ?? []) : [],
  )
  return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0)
}

/** Langfuse writes 0 where it knows of no usage. */
function someTokens(value: unknown): number | undefined {
  const tokens = amountOf(value)
  return tokens === 0 ? undefined : tokens
}

function someNames(value: unknown): readonly string[] | undefined {
  const names = namesOf(value)
  return names.length === 0 ? undefined : names
}
