import type { KeptBody, RequestRecord, RequestText } from '../../gateway/request-record.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { AmendEntry, EntryBody, EntryText } from './entry.ts'
import { formatCalls, toMicroseconds, toNanoUsd } from './request-columns.ts'
import { formatSessionDecision } from './session-decision.ts'

/** What a line of a request begins with: the format's version. */
export const requestPrefix = 'request/1\t'

/**
 * The journal's line for a request: the prefix and five parts of JSON with a tab before each of the others, as JSON has no
 * tabs of its own. The values of the row, the candidates, all calls if there were several or the request failed, the tags, and
 * the text; one that there is not is empty. The database takes the parts as they are. It is built without an object, because it is on each
 * request's way.
 *
 * @param redact applied to text; null keeps none.
 */
export function formatRequestLine(
  record: RequestRecord,
  chargedUsd: number | null,
  redact: ((text: string) => string) | null,
): string {
  const { tokens, ms, candidates, propensities, experiment, signal, tags, text, sessionDecision } = record
  const values = JSON.stringify([
    record.id,
    record.upstreamId,
    record.time,
    record.protocol,
    record.path,
    record.status,
    record.stream ? 1 : 0,
    record.model,
    record.upstream,
    record.task,
    record.policy,
    record.router,
    record.threshold,
    record.strongWinRate,
    record.side,
    record.fallback,
    record.overBudget,
    record.attempts,
    tokens === null ? null : tokens.input,
    tokens === null ? null : tokens.cachedInput,
    tokens === null ? null : tokens.cacheWriteInput,
    tokens === null ? null : tokens.cacheWrite1hInput,
    tokens === null ? null : tokens.output,
    record.events,
    toNanoUsd(record.usd),
    toNanoUsd(chargedUsd),
    toMicroseconds(ms.overhead),
    toMicroseconds(ms.queued),
    toMicroseconds(ms.firstByte),
    toMicroseconds(ms.total),
    record.session,
    record.key,
    candidates === null || propensities === null ? null : findPropensity(record),
    record.features,
    experiment === null ? null : experiment.id,
    experiment === null ? null : experiment.arm,
    signal === null ? null : signal.kind,
    signal === null ? null : signal.requestId,
    formatSessionDecision(sessionDecision),
    sessionDecision === null ? null : toNanoUsd(sessionDecision.switchUsd),
    record.effort,
    record.pace === null ? null : JSON.stringify(record.pace),
    record.error,
  ])
  const ofCandidates = candidates === null ? '' : formatCandidates(record)
  const ofCalls = formatCalls(record) ?? ''
  const ofTags = tags.length === 0 ? '' : JSON.stringify(tags)
  const ofText = redact === null || text === null ? '' : JSON.stringify(toText(text, redact))
  return `${requestPrefix}${values}\t${ofCandidates}\t${ofCalls}\t${ofTags}\t${ofText}`
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

/** With which probability the model that answered was to be chosen. */
function findPropensity({ candidates, propensities, model }: RequestRecord): number | null {
  const index = candidates!.findIndex((candidate) => candidate.model.name === model)
  return index === -1 ? null : propensities![index]!
}

const names = new WeakMap<Model, string>()

/** The JSON of `EntryCandidate[]`. */
function formatCandidates({ candidates, scores, propensities }: RequestRecord): string {
  let json = '['
  for (let index = 0; index < candidates!.length; index++) {
    const { model, usd, excluded } = candidates![index]!
    const score = scores?.[index]
    let name = names.get(model)
    if (name === undefined) {
      name = JSON.stringify(model.name)
      names.set(model, name)
    }
    const reason = excluded === null ? 'null' : `"${excluded}"`
    json += `${index === 0 ? '' : ','}{"model":${name},"usd":${toJsonNumber(usd)},"score":${toJsonNumber(score)},"excluded":${reason}`
    json += propensities === null ? '}' : `,"propensity":${toJsonNumber(propensities[index])}}`
  }
  return `${json}]`
}

/** As `JSON.stringify` writes it: what is not a number, and what is infinite, is null. */
function toJsonNumber(value: number | null | undefined): number | 'null' {
  return Number.isFinite(value) ? (value as number) : 'null'
}

function toText({ request, response }: RequestText, redact: (text: string) => string): EntryText {
  return { request: toBody(request, redact), response: toBody(response, redact) }
}

function toBody({ bytes, totalBytes }: KeptBody, redact: (text: string) => string): EntryBody {
  return { text: redact(bytes.toString('utf8')), totalBytes, isCut: bytes.length < totalBytes }
}
