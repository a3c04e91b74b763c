import type { KeptBody, RequestRecord, RequestText } from '../../gateway/request-record.ts'
import type { AmendEntry, EntryBody, EntryCandidate, EntryText, RequestEntry } from './entry.ts'

/** The journal's line for a request. @param redact applied to text; null keeps none. */
export function formatRequestEntry(
  record: RequestRecord,
  chargedUsd: number | null,
  redact: ((text: string) => string) | null,
): string {
  const entry: RequestEntry = {
    kind: 'request',
    time: record.time,
    id: record.id,
    upstreamId: record.upstreamId,
    protocol: record.protocol,
    path: record.path,
    status: record.status,
    stream: record.stream,
    model: record.model,
    upstream: record.upstream,
    task: record.task,
    policy: record.policy,
    router: record.router,
    threshold: record.threshold,
    strongWinRate: record.strongWinRate,
    side: record.side,
    fallback: record.fallback,
    overBudget: record.overBudget,
    attempts: record.attempts,
    tokens: record.tokens,
    events: record.events,
    usd: record.usd,
    chargedUsd,
    // A single call is what the fields above say.
    call: record.otherCalls.length === 0 ? null : record.call,
    otherCalls: record.otherCalls,
    ms: record.ms,
    session: record.session,
    key: record.key,
    tags: record.tags,
    candidates: toCandidates(record),
    experiment: record.experiment,
    features: record.features,
    signal: record.signal,
    text: redact === null || record.text === null ? null : toText(record.text, redact),
  }
  return JSON.stringify(entry)
}

export function formatAmendEntry(record: RequestRecord): string {
  const entry: AmendEntry = {
    kind: 'amend',
    id: record.id,
    time: record.time,
    status: record.status,
    totalMs: record.ms.total,
  }
  return JSON.stringify(entry)
}

function toCandidates({ candidates, scores, propensities }: RequestRecord): readonly EntryCandidate[] | null {
  if (candidates === null) return null
  const entries: EntryCandidate[] = []
  for (let index = 0; index < candidates.length; index++) {
    const { model, usd, excluded } = candidates[index]!
    const score = scores?.[index]
    const entry = {
      model: model.name,
      usd,
      score: score === undefined || Number.isNaN(score) ? null : score,
      excluded,
    }
    entries.push(propensities === null ? entry : { propensity: propensities[index]!, ...entry })
  }
  return entries
}

function toText({ request, response }: RequestText, redact: (text: string) => string): EntryText {
  return { request: toBody(request, redact), response: toBody(response, redact) }
}

function toBody({ bytes, totalBytes }: KeptBody, redact: (text: string) => string): EntryBody {
  return { text: redact(bytes.toString('utf8')), totalBytes, isCut: bytes.length < totalBytes }
}
