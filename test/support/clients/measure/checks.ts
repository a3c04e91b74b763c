import { isDeepStrictEqual } from 'node:util'
import type { RequestRecord } from '../../../../src/gateway/request-record.ts'
import {
  answer,
  describePicture,
  type Feature,
  picture,
  reasoning,
  reasoningTail,
  retryAfterSeconds,
} from '../features.ts'
import type { Observation } from './observation.ts'
import type { Outcome } from './outcome.ts'

type Check = (seen: Observation) => Promise<Outcome>

/** What each feature's conversation has to show. */
export const checks: Readonly<Record<Feature, Check>> = {
  text: async (seen) => {
    if (seen.said === null) return explainFailure(seen)
    if (seen.said.text !== answer) return wrong(`it says ${JSON.stringify(seen.said.text)}`)
    const { tokens } = seen.said
    const { tokens: recorded } = await recordOf(seen)
    if (recorded?.input !== 100 || recorded.cachedInput !== 60 || recorded.output !== 30)
      return wrong(`the record has ${JSON.stringify(recorded)}`)
    if (tokens === null || tokens.input + tokens.output === 0) return works(seen, ['no token counts'])
    if (tokens.input !== 100 || tokens.output !== 30) return wrong(`it counts ${JSON.stringify(tokens)}`)
    return works(seen, tokens.cached === 60 ? [] : ['no count of cached tokens'])
  },
  'tool loop': async (seen) => checkLoop(seen) ?? works(seen),
  image: async (seen) => {
    if (seen.said === null) return explainFailure(seen)
    const { text } = seen.said
    const wanted = describePicture(picture.mediaType, picture.base64)
    return text === wanted ? works(seen) : wrong(`it says ${JSON.stringify(text)}`)
  },
  'structured output': async (seen) => {
    if (seen.said === null) return explainFailure(seen)
    const { object } = seen.said
    return isDeepStrictEqual(object, { sum: 12 }) ? works(seen) : wrong(`it got ${JSON.stringify(object)}`)
  },
  thinking: checkThinking,
  abort: async (seen) => {
    const [call] = seen.bench.seenBy(seen.cell)
    if (call === undefined || call.reply.refusal !== null) return explainFailure(seen)
    if (!call.request.wasAborted()) return wrong('the provider was not aborted')
    return checkStatus(seen, 499)
  },
  'status 429': async (seen) => {
    const { error, watched } = seen
    if (error === null) return wrong('it takes the refusal for an answer')
    const [reply] = watched.replies
    if (reply?.status !== 429) return wrong(`the gateway answered ${reply?.status}`)
    if (!(await reply.text).includes('Too many.')) return wrong('the provider’s words are lost')
    const notes = []
    if (!findStatuses(error).includes(429)) notes.push('the error has no status')
    if (findRetryAfter(error) !== String(retryAfterSeconds)) notes.push('the error has no retry-after')
    return works(seen, notes)
  },
  'broken stream': async (seen) => {
    if (seen.error === null) return wrong('it takes what came for the whole answer')
    if (seen.bench.seenBy(seen.cell)[0]?.reply.refusal !== null) return explainFailure(seen)
    return checkStatus(seen, 502)
  },
}

/** Null: the tool was called once with its arguments, and the answer came. */
function checkLoop(seen: Observation): Outcome | null {
  if (seen.said === null) return explainFailure(seen)
  const { calls, text } = seen.said
  if (!isDeepStrictEqual(calls, [{ a: 5, b: 7 }])) return wrong(`it calls ${JSON.stringify(calls)}`)
  return text === answer ? null : wrong(`it says ${JSON.stringify(text)}`)
}

async function checkThinking(seen: Observation): Promise<Outcome> {
  const failed = checkLoop(seen)
  if (failed !== null) return failed
  const shown = seen.bench.seenBy(seen.cell)
  const made = shown[0]!.reply.reasoning
  if (made === null || made.text === '') return works(seen, ['the provider shows no reasoning'])
  const notes = []
  if (seen.said!.reasoning !== reasoning) {
    if (!(await seen.watched.replies[0]!.text).includes(reasoningTail)) return wrong('the reasoning is lost')
    notes.push('the client shows no reasoning')
  }
  const returned = shown.at(-1)!.request.body.toString()
  if (!returned.includes(made.state ?? made.text)) notes.push('no reasoning goes back')
  return works(seen, notes)
}

function recordOf({ bench, watched }: Observation): Promise<RequestRecord> {
  return bench.record(watched.replies[0]!.id)
}

async function checkStatus(seen: Observation, wanted: number): Promise<Outcome> {
  const { status } = await recordOf(seen)
  return status === wanted ? works(seen) : wrong(`the record has status ${status}`)
}

function works({ watched, said }: Observation, more: readonly string[] = []): Outcome {
  const dropped = [...new Set(watched.replies.flatMap((reply) => reply.dropped))]
  const notes = [...more, ...(said?.notes ?? [])]
  return { kind: 'works', translation: watched.replies[0]?.translation ?? null, dropped, notes }
}

function wrong(why: string): Outcome {
  return { kind: 'wrong', why }
}

/** Who refused: the provider, the gateway before it, or the client before both. */
function explainFailure({ error, watched, bench, cell }: Observation): Outcome {
  const refusal = bench
    .seenBy(cell)
    .map(({ reply }) => reply.refusal)
    .find((found) => found !== null)
  if (refusal !== undefined)
    return { kind: 'refused', by: 'provider', why: `${refusal.status} ${refusal.message}` }
  const message = error instanceof Error ? error.message : String(error)
  const failed = watched.replies.find(({ status }) => status >= 400)
  if (failed !== undefined) return { kind: 'refused', by: 'gateway', why: `${failed.status} ${message}` }
  return watched.replies.length === 0
    ? { kind: 'refused', by: 'client', why: message }
    : wrong(`it fails: ${message}`)
}

function findStatuses(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return []
  const { status, statusCode, cause } = error as Readonly<Record<string, unknown>>
  return [status, statusCode, ...findStatuses(cause)]
}

function findRetryAfter(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  const { headers, responseHeaders, cause } = error as Readonly<Record<string, unknown>>
  if (headers instanceof Headers) return headers.get('retry-after')
  const plain = (headers ?? responseHeaders) as Readonly<Record<string, unknown>> | undefined
  return plain?.['retry-after'] ?? findRetryAfter(cause)
}
