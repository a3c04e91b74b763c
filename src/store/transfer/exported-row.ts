import type { Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { EntryText } from '../entries/entry.ts'

type RequestRow = Selectable<Tables['requests']>
type FeedbackRow = Selectable<Tables['feedback']>

/** A request as `store export` writes it: as in the request log, with what the store has besides. */
export function toExportedRequest(
  row: RequestRow,
  text: EntryText | null,
): Readonly<Record<string, unknown>> {
  return {
    type: 'request',
    time: new Date(row.time).toISOString(),
    id: row.id,
    upstreamId: row.upstream_id,
    protocol: row.protocol,
    path: row.path,
    status: row.status,
    stream: row.stream === 1,
    model: row.model,
    upstream: row.upstream,
    task: row.task,
    policy: row.policy,
    router: row.router,
    threshold: row.threshold,
    strongWinRate: row.strong_win_rate,
    side: row.side,
    fallback: row.fallback,
    overBudget: row.over_budget,
    attempts: row.attempts,
    tokens:
      row.input_tokens === null
        ? null
        : {
            input: row.input_tokens,
            cachedInput: row.cached_input_tokens,
            cacheWriteInput: row.cache_write_input_tokens,
            cacheWrite1hInput: row.cache_write_1h_input_tokens,
            output: row.output_tokens,
          },
    events: row.events,
    usd: toUsd(row.cost_nanousd),
    chargedUsd: toUsd(row.charged_nanousd),
    ms: {
      overhead: toMs(row.overhead_us),
      queued: toMs(row.queued_us),
      firstByte: toMs(row.first_byte_us),
      total: toMs(row.total_us),
    },
    session: row.session,
    key: row.key,
    tags: parse(row.tags) ?? [],
    calls: parse(row.calls),
    candidates: parse(row.candidates),
    propensity: row.propensity,
    experiment: row.experiment === null ? null : { id: row.experiment, arm: row.arm },
    features: row.features,
    signal: row.signal === null ? null : { kind: row.signal, requestId: row.signal_of },
    ...(text !== null && { request: text.request.text, response: text.response.text }),
  }
}

export function toExportedFeedback(row: FeedbackRow): Readonly<Record<string, unknown>> {
  return {
    type: 'feedback',
    time: new Date(row.time).toISOString(),
    id: row.id,
    requestId: row.request_id,
    thumbs: row.thumbs,
    score: row.score,
    correction: row.correction,
    scores: parse(row.scores),
    key: row.key,
  }
}

function toUsd(nanoUsd: number | null): number | null {
  return nanoUsd === null ? null : nanoUsd / 1e9
}

function toMs(microseconds: number | null): number | null {
  return microseconds === null ? null : microseconds / 1000
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json)
}
