import type { Selectable } from 'kysely'
import type { RecordedCall } from '../../../gateway/request-record.ts'
import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { Tables } from '../../database/tables.ts'
import { findSeqByUpstreamId } from '../../database/upstream-id-index.ts'
import type { EntryCandidate } from '../../entries/entry.ts'
import { parsePace } from '../../entries/pace.ts'
import { parseSessionDecision } from '../../entries/session-decision.ts'
import { storePaths } from '../../paths.ts'
import { readText } from '../../texts/text-files.ts'
import type { TraceText } from '../answers/trace.ts'
import type { RequestSummary, RequestTrace, TraceCall } from '../answers.ts'
import { isWaiting, readFeedback, readLabels } from './read-judgements.ts'
import { type SummaryRow, summaryColumns, toSummary } from './read-requests.ts'
import { sessionRows } from './sessions/session-rows.ts'

type Row = Selectable<Tables['requests']>

const mostTurns = 100

/** All that is kept of a request, found by its own id or its upstream's. */
export async function readRequest(
  db: Database,
  { id }: { readonly id: string },
  folder: string,
): Promise<RequestTrace | null> {
  const upstreams = await findSeqByUpstreamId(db, id)
  const row = await db
    .selectFrom('requests')
    .selectAll()
    .where((where) => where.or([where('id', '=', id), where('seq', '=', upstreams)]))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    ...toRowSummary(row),
    upstreamId: row.upstream_id,
    protocol: row.protocol,
    upstream: row.upstream,
    pace: parsePace(row.pace),
    side: row.side,
    error: row.error,
    overBudget: row.over_budget,
    cachedInputTokens: row.cached_input_tokens,
    cacheWriteTokens:
      row.cache_write_input_tokens === null
        ? null
        : row.cache_write_input_tokens + (row.cache_write_1h_input_tokens ?? 0),
    chargedUsd: toUsd(row.charged_nanousd),
    overheadMs: toMs(row.overhead_us),
    queuedMs: toMs(row.queued_us),
    firstByteMs: toMs(row.first_byte_us),
    tags: (parse(row.tags) ?? []) as readonly string[],
    candidates: ((parse(row.candidates) ?? []) as readonly EntryCandidate[]).map((candidate) => ({
      model: candidate.model,
      usd: candidate.usd,
      score: candidate.score,
      excluded: candidate.excluded,
      propensity: candidate.propensity ?? null,
    })),
    calls: toCalls(row),
    arm: row.arm,
    signal: row.signal === null ? null : { kind: row.signal, requestId: row.signal_of },
    feedback: await readFeedback(db, row.id),
    labels: await readLabels(db, row.id),
    waitsForLabel: await isWaiting(db, row.id),
    sessionDecision: parseSessionDecision(row.session_decision, row.switch_nanousd),
    propensity: row.propensity,
    effort: row.effort,
    turns: row.session === null ? [] : await readTurns(db, row.session, row.seq),
    text: await readKeptText(row, folder),
  }
}

function toRowSummary(row: Row): RequestSummary {
  return {
    id: row.id,
    time: row.time,
    path: row.path,
    status: row.status,
    stream: row.stream === 1,
    model: row.model,
    task: row.task,
    policy: row.policy,
    router: row.router,
    threshold: row.threshold,
    strongWinRate: row.strong_win_rate,
    fallback: row.fallback,
    attempts: row.attempts,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    usd: toUsd(row.cost_nanousd),
    totalMs: row.total_us / 1000,
    session: row.session,
    key: row.key,
    experiment: row.experiment,
    hasText: row.text_offset !== null,
  }
}

/** The calls of a row that lists them, or the one that its columns describe. */
function toCalls(row: Row): readonly TraceCall[] {
  const listed = parse(row.calls) as readonly RecordedCall[] | null
  if (listed !== null)
    return listed.map((call) => ({
      model: call.model,
      usd: call.usd,
      inputTokens: call.tokens?.input ?? null,
      outputTokens: call.tokens?.output ?? null,
      isRefused: call.isRefused,
      status: call.status ?? null,
      isAborted: call.isAborted,
      sentMs: call.sentMs,
      firstByteMs: call.firstByteMs,
    }))
  if (row.model === null || row.overhead_us === null) return []
  return [
    {
      model: row.model,
      usd: toUsd(row.cost_nanousd),
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      isRefused: isInferredRefused(row),
      status: null,
      isAborted: row.status === 499,
      sentMs: (row.overhead_us + (row.queued_us ?? 0)) / 1000,
      firstByteMs: toMs(row.first_byte_us),
    },
  ]
}

/** Of a row that failed before its call was recorded. With an error of the gateway itself the upstream gave none. */
function isInferredRefused({ status, error, first_byte_us, events }: Row): boolean {
  return status >= 400 && status !== 499 && error === null && first_byte_us !== null && events === null
}

/** The turns around `seq`. */
async function readTurns(db: Database, session: string, seq: number): Promise<readonly RequestSummary[]> {
  const read = async (condition: string, order: string) => {
    const { rows } = await db.executeQuery<SummaryRow>(
      CompiledQuery.raw(
        `select ${summaryColumns} from requests where seq in (${sessionRows}) and ${condition}
         order by seq ${order} limit ${mostTurns / 2}`,
        [session, session, seq],
      ),
    )
    return rows.map(toSummary)
  }
  const before = await read('seq <= ?', 'desc')
  return [...before.reverse(), ...(await read('seq > ?', 'asc'))]
}

async function readKeptText(row: Row, folder: string): Promise<TraceText | null> {
  if (row.text_offset === null || row.text_bytes === null || row.text_line === null) return null
  const place = { offset: row.text_offset, bytes: row.text_bytes, line: row.text_line }
  try {
    const { request, response } = readText(storePaths(folder).texts, row.day, place)
    const { readExchange } = await import('./texts/read-exchange.ts')
    return { request, response, ...readExchange(row.protocol, request, response) }
  } catch {
    return null // the file of its day was removed
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
