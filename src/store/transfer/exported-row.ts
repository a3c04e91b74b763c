import type { Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { EntryText } from '../entries/entry.ts'
import { parsePace } from '../entries/pace.ts'
import { parseSessionDecision } from '../entries/session-decision.ts'

type Row<Table extends keyof Tables> = Selectable<Tables[Table]>
type Exported = Readonly<Record<string, unknown>>

/** A request as `store export` writes it: as in the request log, with what the store has besides. */
export function toExportedRequest(row: Row<'requests'>, text: EntryText | null): Exported {
  return {
    type: 'request',
    time: toIso(row.time),
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
    pace: parsePace(row.pace),
    side: row.side,
    fallback: row.fallback,
    error: row.error,
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
    sessionDecision: parseSessionDecision(row.session_decision, row.switch_nanousd),
    effort: row.effort,
    ...(text !== null && { request: text.request.text, response: text.response.text }),
  }
}

export function toExportedFeedback(row: Row<'feedback'>): Exported {
  return {
    type: 'feedback',
    time: toIso(row.time),
    id: row.id,
    requestId: row.request_id,
    thumbs: row.thumbs,
    score: row.score,
    correction: row.correction,
    scores: parse(row.scores),
    key: row.key,
  }
}

export function toExportedLabel(row: Row<'labels'>): Exported {
  return {
    type: 'label',
    time: toIso(row.time),
    id: row.id,
    requestId: row.request_id,
    source: row.source,
    scores: parse(row.scores),
    propensity: row.propensity,
    actor: row.actor,
  }
}

export function toExportedShadowPair(row: Row<'shadow_pairs'>): Exported {
  return {
    type: 'shadow',
    time: toIso(row.time),
    id: row.id,
    requestId: row.request_id,
    policy: row.policy,
    model: row.model,
    otherModel: row.other_model,
    modelUsd: toUsd(row.model_cost_nanousd),
    otherUsd: toUsd(row.cost_nanousd),
    judgeUsd: toUsd(row.judge_cost_nanousd),
    propensity: row.propensity,
    verdict: row.verdict,
    judge: row.judge,
    orders: parse(row.orders),
    problem: row.problem,
  }
}

/** Its `time` is that of its first request. */
export function toExportedSession(row: Row<'sessions'>): Exported {
  return {
    type: 'session',
    time: toIso(row.first_time),
    id: row.id,
    lastTime: toIso(row.last_time),
    requests: row.requests,
    usd: toUsd(row.cost_nanousd),
    unpriced: row.unpriced,
  }
}

export function toExportedVersion(row: Row<'versions'>): Exported {
  return {
    type: 'version',
    time: toIso(row.time),
    id: row.id,
    kind: row.kind,
    name: row.name,
    sha256: row.sha256,
    manifest: parse(row.manifest),
  }
}

export function toExportedExperiment(row: Row<'experiments'>): Exported {
  return {
    type: 'experiment',
    time: toIso(row.time),
    id: row.id,
    state: row.state,
    definition: parse(row.definition),
    result: parse(row.result),
  }
}

export function toExportedAuditEvent(row: Row<'audit_trail'>): Exported {
  return {
    type: 'audit',
    time: toIso(row.time),
    id: String(row.seq),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: parse(row.detail),
  }
}

function toIso(time: number): string {
  return new Date(time).toISOString()
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
