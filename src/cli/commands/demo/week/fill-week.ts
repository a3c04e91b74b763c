import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { createMemoryLedger } from '../../../../gateway/accounts/memory/memory-ledger.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import type { RequestKeeper } from '../../../../gateway/request-keeper.ts'
import type { RecordedCall, RequestRecord } from '../../../../gateway/request-record.ts'
import { createServer } from '../../../../server/server.ts'
import type { ServerSettings } from '../../../../server/server-options.ts'
import type { Store } from '../../../../store/store.ts'
import type { WeekKeys } from './configuration.ts'
import type { PlannedRequest } from './plan-week.ts'
import { drawTimes, helps } from './upstream.ts'

export type FillOptions = {
  readonly gateway: Gateway
  readonly settings: ServerSettings
  readonly store: Store
  readonly keys: WeekKeys
  readonly signal: AbortSignal
  /** Called after each request. */
  onRequest(): void
}

/**
 * Sends requests one after the other to a server of this process, which decides each with the routers of its gateway. What is
 * kept has the time that was planned, and the times of a model that takes as long as a real one.
 */
export async function fillWeek(planned: readonly PlannedRequest[], options: FillOptions): Promise<void> {
  const { gateway, settings, store, keys, signal, onRequest } = options
  let current: PlannedRequest | null = null
  let kept: RequestRecord | null = null
  const keeper: RequestKeeper = {
    keepsText: store.keepsText,
    keep(record, chargedUsd) {
      if (current === null) return
      kept = backdate(record, current.time)
      store.keep(kept, chargedUsd)
    },
    amend: () => {},
  }
  // Budgets count at the planned time: the week would else be spent in the minute that it takes.
  const ledger = createMemoryLedger(() => current?.time ?? planned[0]?.time ?? 0)
  const server = createServer(gateway, { ...settings, keeper, ledger })
  const { url } = await server.listen({ host: '127.0.0.1', port: 0 })
  const feedbacks: Promise<void>[] = []
  try {
    for (const request of planned) {
      signal.throwIfAborted()
      current = request
      kept = null
      await send(url, request, keys)
      feedbacks.push(judge(store, request, kept))
      onRequest()
    }
    await Promise.all(feedbacks)
  } finally {
    await server.close()
  }
}

/** The reply is read, and not looked at: a refusal is a part of the week. */
async function send(
  url: string,
  { key, session, model, tags, messages }: PlannedRequest,
  keys: WeekKeys,
): Promise<void> {
  const body = JSON.stringify({ model, messages, stream: key === 'chat' })
  const request = httpRequest(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${keys[key]}`,
      'x-routellm-session': session,
      ...(tags.length > 0 && { 'x-routellm-tags': tags.join(',') }),
    },
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
  response.resume()
  await once(response, 'end')
}

/** Of a judged request both models are known; of others somebody says now and then whether the answer helped. */
async function judge(
  store: Store,
  { isJudged, ticket, time, key }: PlannedRequest,
  record: RequestRecord | null,
): Promise<void> {
  if (record === null || record.status >= 400 || record.model === null) return
  const scores = { large: helps('large', ticket) ? 1 : 0, small: helps('small', ticket) ? 1 : 0 }
  await store.addFeedback({
    id: `feedback-${record.id}`,
    requestId: record.id,
    time: time + 60_000,
    thumbs: isJudged ? null : scores[record.model === 'large' ? 'large' : 'small'] === 1 ? 'up' : 'down',
    score: null,
    correction: null,
    scores: isJudged ? scores : null,
    key,
  })
}

function backdate(record: RequestRecord, time: number): RequestRecord {
  const overhead = record.ms.overhead ?? 0.3
  let sentMs = overhead
  const stretch = (call: RecordedCall): RecordedCall => {
    const [firstByte] = drawTimes(call.model, 0, `${record.id} ${call.model}`)
    const stretched = { ...call, sentMs, firstByteMs: sentMs + firstByte }
    sentMs += firstByte
    return stretched
  }
  // A refused call comes before the one that answers.
  const otherCalls = record.otherCalls.map(stretch)
  const answeredAt = sentMs
  const call = record.call === null ? null : stretch(record.call)
  const [firstByte, total] = drawTimes(
    record.model ?? '',
    record.tokens?.output ?? 0,
    `${record.id} ${record.model}`,
  )
  return {
    ...record,
    time,
    call,
    otherCalls,
    ms: {
      overhead: record.ms.overhead,
      queued: record.ms.queued,
      firstByte: record.ms.firstByte === null ? null : answeredAt + firstByte,
      total: answeredAt + total,
    },
  }
}
