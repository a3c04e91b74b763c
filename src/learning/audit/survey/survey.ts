import { DataError } from '../../../errors.ts'
import type { LogFormat, LoggedRequest } from '../../formats/logs/log-format.ts'
import { emptyLog, type ReadLogOptions, readLog, type UnreadableRow } from '../../formats/logs/read-log.ts'
import { tokensOf } from '../../formats/logs/token-estimate.ts'
import { createHeavyHitters, type HeavyHitters } from './heavy-hitters.ts'
import { loggedDimensions, loggedSegment, type SegmentDimension } from './segments.ts'

/** A model's requests and tokens, before anything is priced or scored. */
export type ModelTally = {
  readonly model: string
  /** The provider's name of the model, if the log has its own names for models. */
  readonly upstream?: string
  readonly requests: number
  /** Requests that a router could decide, and their known tokens. */
  readonly routable: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The first reading of a log. */
export type Survey = {
  readonly rows: number
  readonly requests: number
  readonly routable: number
  readonly unreadable: { readonly count: number; readonly first: readonly UnreadableRow[] }
  /** Most requests first. */
  readonly models: readonly ModelTally[]
  /** The most frequent values of each dimension, in descending order. */
  readonly frequent: ReadonlyMap<SegmentDimension, readonly string[]>
  /** Routable requests with text, which a router can score. */
  readonly withText: number
  /** The routers whose win rates the log holds for requests without text, by descending requests. */
  readonly scoredBy: readonly LoggedRouter[]
  /** Milliseconds since 1970. Null if no request has a time. */
  /** The names that answered requests for another name, by that name. */
  readonly answeredAs: ReadonlyMap<string, ReadonlySet<string>>
  /** Requests whose time is in a form that is not read. */
  readonly unreadTimes: number
  readonly period: { readonly from: number; readonly to: number } | null
}

/** A router whose win rates the log holds. */
export type LoggedRouter = {
  readonly router: string
  readonly requests: number
  /** The threshold that most of these requests were decided at. Null if the log holds none. */
  readonly threshold: number | null
}

export type SurveyOptions = ReadLogOptions & {
  readonly onProgress?: (rows: number) => void
}

const namedUnreadable = 5
/** So many values of a dimension have their own line; the others are counted together. */
const frequentValues = 8
/** If there are more names than this, they are not names of models. */
const mostModels = 200
const mostRouters = 50
export const otherModels = 'other models'

/**
 * Reads a log once without scoring: its models, tokens and frequent values. They decide what the audit prices and which
 * segments it shows, so that the second reading can add up row by row.
 *
 * Throws `DataError`: `empty-log`, `log-unreadable` if most rows cannot be read, and the errors of reading.
 */
export async function surveyLog(
  files: readonly string[],
  format: LogFormat,
  { pickPrompt, signal, onProgress }: SurveyOptions,
): Promise<Survey> {
  const models = new Map<string, { -readonly [Key in keyof ModelTally]: ModelTally[Key] }>()
  const frequent = new Map(loggedDimensions.map((dimension) => [dimension, createHeavyHitters()] as const))
  const loggedRouters = createRouterTally()
  const first: UnreadableRow[] = []
  let rows = 0
  let requests = 0
  let routable = 0
  let withText = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let unreadTimes = 0
  const answeredAs = new Map<string, Set<string>>()

  for await (const entry of entriesOf(files, format, { pickPrompt, signal })) {
    if (++rows % 1000 === 0) onProgress?.(rows)
    if (entry.kind === 'unreadable') {
      if (first.length < namedUnreadable) first.push({ place: entry.place, reason: entry.reason })
      continue
    }
    const { request } = entry
    requests++
    if (request.notRoutable === undefined) {
      routable++
      if (hasText(request)) withText++
      else loggedRouters.add(request)
    }
    if (request.time !== undefined) {
      from = Math.min(from, request.time)
      to = Math.max(to, request.time)
    }
    if (request.isTimeUnread === true) unreadTimes++
    tallyModel(models, request)
    tallyAnswer(answeredAs, request)
    if (request.notRoutable === undefined) tallySegments(frequent, request)
  }
  if (rows === 0) throw emptyLog(files.join(', '))
  if (requests < rows / 2) throw mostUnreadable(files, format, rows - requests, rows, first)
  return {
    rows,
    requests,
    routable,
    withText,
    scoredBy: loggedRouters.all(),
    unreadable: { count: rows - requests, first },
    models: [...models.values()].sort((a, b) => b.requests - a.requests || (a.model < b.model ? -1 : 1)),
    frequent: new Map([...frequent].map(([dimension, names]) => [dimension, names.top(frequentValues)])),
    answeredAs,
    unreadTimes,
    period: from <= to ? { from, to } : null,
  }
}

/** The entries of several files, one file after the other. */
export async function* entriesOf(files: readonly string[], format: LogFormat, options: ReadLogOptions) {
  for (const file of files) yield* readLog(file, format, options)
}

/** Whether a router can score the request. If not, the log may hold a win rate of it. */
export function hasText({ prompt }: LoggedRequest): boolean {
  return prompt.text !== ''
}

/** The name that a model is counted under. */
export function countedModel(models: ReadonlyMap<string, unknown>, model: string): string {
  return models.has(model) || models.size < mostModels ? model : otherModels
}

function tallyModel(
  models: Map<string, { -readonly [Key in keyof ModelTally]: ModelTally[Key] }>,
  request: LoggedRequest,
): void {
  // A span or a run that calls no model.
  if (request.notRoutable === 'other-call' && request.model === 'unknown') return
  const model = countedModel(models, request.model)
  const tally = models.get(model) ?? {
    model,
    ...(request.upstream !== undefined && { upstream: request.upstream }),
    requests: 0,
    routable: 0,
    inputTokens: 0,
    outputTokens: 0,
  }
  models.set(model, tally)
  tally.requests++
  if (request.notRoutable !== undefined) return
  const tokens = tokensOf(request)
  tally.routable++
  tally.inputTokens += tokens?.inputTokens ?? 0
  tally.outputTokens += tokens?.outputTokens ?? 0
}

function tallyAnswer(answeredAs: Map<string, Set<string>>, { model, askedModel }: LoggedRequest): void {
  if (askedModel === undefined) return
  const names = answeredAs.get(askedModel) ?? new Set()
  if (answeredAs.size < mostModels) answeredAs.set(askedModel, names)
  if (names.size < mostModels) names.add(model)
}

/** Counts the routers of logged win rates. A log has a handful of them; thresholds may be many. */
function createRouterTally(): {
  add(request: LoggedRequest): void
  all(): readonly LoggedRouter[]
} {
  const routers = new Map<string, { requests: number; readonly thresholds: HeavyHitters }>()
  return {
    add({ decision }) {
      if (decision === undefined) return
      const { router, threshold } = decision
      const tally = routers.get(router) ?? { requests: 0, thresholds: createHeavyHitters() }
      if (routers.size < mostRouters) routers.set(router, tally)
      tally.requests++
      if (threshold !== undefined) tally.thresholds.add(String(threshold))
    },
    all: () =>
      [...routers]
        .map(([router, { requests, thresholds }]) => {
          const [threshold] = thresholds.top(1)
          return { router, requests, threshold: threshold === undefined ? null : Number(threshold) }
        })
        .sort((one, other) => other.requests - one.requests || (one.router < other.router ? -1 : 1)),
  }
}

function tallySegments(frequent: ReadonlyMap<SegmentDimension, HeavyHitters>, request: LoggedRequest): void {
  for (const [dimension, names] of frequent)
    for (const value of loggedSegment(request, dimension)) names.add(value)
}

function mostUnreadable(
  files: readonly string[],
  format: LogFormat,
  count: number,
  rows: number,
  first: readonly UnreadableRow[],
): DataError {
  const examples = first.map(({ place, reason }) => `\n  ${place} ${reason}`).join('')
  return new DataError(
    'log-unreadable',
    `${count} of ${rows} rows of ${files.join(', ')} cannot be read as ${format.name}, which expects ${format.expects}.` +
      `${examples}\nName another format with --format, or correct the rows.`,
  )
}
