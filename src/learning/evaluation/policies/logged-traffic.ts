import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { normalizedText, textIdentity } from '../../../base/text/text-identity.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import { toUsd } from '../../../routing/catalogue/prices.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { LogFormat, LoggedRequest, NotRoutable } from '../../formats/logs/log-format.ts'
import { readLog } from '../../formats/logs/read-log.ts'
import { tokensOf } from '../../formats/logs/token-estimate.ts'
import { findCandidate, type PricedCandidate } from './candidates.ts'
import { type ComparedPolicy, createReplay, type ReplayedTraffic } from './replay.ts'

/** The requests of a log as the policies would have had them answered. */
export type LoggedTraffic = {
  readonly traffic: ReplayedTraffic
  /** Rows that are no request of the comparison, by the reason. */
  readonly leftOut: Readonly<Partial<Record<NotRoutable | 'no-usage' | 'unreadable', number>>>
  /** Requests whose tokens were estimated from their texts. */
  readonly estimatedTokens: number
  /** What the reply of each candidate is taken to cost. */
  readonly outputTokens: readonly OutputTokens[]
}

/** `mean`: the mean of the requests that the model answered in this log; null: it answered none, so the reply is as long as logged. */
export type OutputTokens = { readonly model: string; readonly mean: number | null; readonly requests: number }

export type LoggedTrafficOptions = {
  readonly files: readonly string[]
  readonly format: LogFormat
  /** Picks the scored text of a conversation. */
  readonly pickPrompt: PickPrompt
  readonly policies: readonly ComparedPolicy[]
  readonly candidates: readonly PricedCandidate[]
  readonly signal: AbortSignal
  readonly onProgress?: (requests: number) => void
}

const msPerDay = 86_400_000

/**
 * Reads a log, asks every policy about each request that could be routed, and prices all candidates: the logged input tokens,
 * and for the output the logged tokens of the model that answered, the mean of the log's requests for another candidate that
 * answered some, and the logged tokens for the rest. Cached input counts at the full price. Memory grows by about 100 bytes
 * per request.
 *
 * Throws `DataError` `empty-log`, `InvalidRequestError` `request-log-without-text`, and what a policy throws.
 */
export async function readLoggedTraffic(options: LoggedTrafficOptions): Promise<LoggedTraffic> {
  const { files, format, pickPrompt, policies, candidates, signal, onProgress } = options
  const models = candidates.map(({ name }) => name)
  const replay = createReplay(policies, models)
  const columns = {
    input: [] as number[],
    output: [] as number[],
    answeredBy: [] as number[],
    length: [] as number[],
    prompt: [] as number[],
    user: [] as number[],
    day: [] as number[],
  }
  const leftOut: Partial<Record<NotRoutable | 'no-usage' | 'unreadable', number>> = {}
  const observed = candidates.map(() => ({ tokens: 0, requests: 0 }))
  let estimatedTokens = 0
  const leaveOut = (reason: keyof typeof leftOut) => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1
  }

  async function addRequest(request: LoggedRequest): Promise<void> {
    if (request.notRoutable !== undefined) return leaveOut(request.notRoutable)
    // RouteLLM's own log without text has the decision of a router only.
    if (request.prompt.text === '') return leaveOut('no-text')
    const tokens = tokensOf(request)
    if (tokens === undefined) return leaveOut('no-usage')
    const { inputTokens, outputTokens, estimated } = tokens
    const answeredBy = findAnswering(candidates, request)
    await replay.add(
      {
        prompt: request.prompt,
        needs: { ...noNeeds, inputTokens },
        answerOf: (model) => (models.indexOf(model) === answeredBy ? request.answer : undefined),
      },
      signal,
    )
    if (estimated) estimatedTokens++
    if (answeredBy >= 0) {
      observed[answeredBy]!.tokens += outputTokens
      observed[answeredBy]!.requests++
    }
    columns.input.push(inputTokens)
    columns.output.push(outputTokens)
    columns.answeredBy.push(answeredBy)
    columns.length.push(request.prompt.text.length)
    columns.prompt.push(textIdentity(normalizedText(request.prompt.text)))
    const user = request.user ?? request.key
    columns.user.push(user === undefined ? Number.NaN : textIdentity(user))
    columns.day.push(request.time === undefined ? Number.NaN : Math.floor(request.time / msPerDay))
  }

  let rows = 0
  for (const file of files)
    for await (const entry of untilAborted(readLog(file, format, { pickPrompt, signal }), signal)) {
      rows++
      if (entry.kind === 'unreadable') leaveOut('unreadable')
      else await addRequest(entry.request)
      if (rows % 256 === 0) onProgress?.(rows)
    }
  if (columns.input.length === 0) throw nothingToReplay(files, rows, leftOut)
  const outputTokens = candidates.map(({ name }, model) => {
    const { tokens, requests } = observed[model]!
    return { model: name, mean: requests === 0 ? null : tokens / requests, requests }
  })
  return {
    traffic: {
      models,
      weights: new Float64Array(columns.input.length).fill(1),
      usd: candidates.map(({ prices }, model) =>
        Float64Array.from(columns.input, (inputTokens, row) => {
          if (prices === undefined) return Number.NaN
          const own = columns.answeredBy[row] === model ? null : outputTokens[model]!.mean
          return toUsd(prices, { inputTokens, outputTokens: own ?? columns.output[row]! })
        }),
      ),
      scores: null,
      lengths: Float64Array.from(columns.length),
      units: {
        prompts: Float64Array.from(columns.prompt),
        ...(!columns.user.every(Number.isNaN) && { users: Float64Array.from(columns.user) }),
        ...(!columns.day.every(Number.isNaN) && { days: Float64Array.from(columns.day) }),
      },
      policies: replay.results(),
    },
    leftOut,
    estimatedTokens,
    outputTokens,
  }
}

/** The candidate that answered the request, by the log's own name or by the upstream's. */
function findAnswering(candidates: readonly PricedCandidate[], { model, upstream }: LoggedRequest): number {
  const byName = findCandidate(candidates, model)
  return byName >= 0 || upstream === undefined ? byName : findCandidate(candidates, upstream)
}

function nothingToReplay(files: readonly string[], rows: number, leftOut: LoggedTraffic['leftOut']): Error {
  if (rows > 0 && (leftOut['no-text'] ?? 0) + (leftOut['not-scored'] ?? 0) === rows)
    return new InvalidRequestError(
      'request-log-without-text',
      `A comparison needs prompts, and ${files.join(' and ')} holds none. Write the log with \`routellm serve --request-log FILE --request-log-text\`.`,
      { param: '--log' },
    )
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${reason} ${count}`)
  return new DataError(
    'empty-log',
    `${files.join(' and ')} has no request that could be routed${reasons.length === 0 ? '' : ` (rows left out: ${reasons.join(', ')})`}.`,
    { param: '--log' },
  )
}
