import type { Decision } from '../../../gateway/decide/decision.ts'
import type { TapReading } from '../../../gateway/protocols/protocol.ts'
import { createCounter, createGauge } from './counter.ts'
import { renderMetrics } from './exposition.ts'
import { createHistogram } from './histogram.ts'

/** What one server counts; nothing is global. */
export type Metrics = {
  requestOver(route: string, modelLabel: string, status: number): void
  decided(decision: Decision, overheadMs: number): void
  headReceived(modelLabel: string, ms: number): void
  replyOver(modelLabel: string, ms: number, reading: TapReading | null): void
  /** Prometheus' text format. */
  render(): string
}

const overheadBucketsSeconds = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
]
const upstreamBucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

/** @param inFlight the number of requests that are being answered. */
export function createMetrics(inFlight: () => number): Metrics {
  const requestsInFlight = createGauge(
    { name: 'routellm_requests_in_flight', help: 'Requests being answered now.' },
    inFlight,
  )
  const requests = createCounter({
    name: 'routellm_requests_total',
    help: 'Requests by route, model that answered and status; 499 is a client that went away, 502 also a broken reply.',
    labelNames: ['route', 'model', 'status'],
  })
  const decisions = createCounter({
    name: 'routellm_decisions_total',
    help: 'Decisions by router and side of the pair.',
    labelNames: ['router', 'side'],
  })
  const fallbacks = createCounter({
    name: 'routellm_router_fallbacks_total',
    help: 'Requests that went to the strong model because the router failed.',
    labelNames: ['router', 'reason'],
  })
  const tokens = createCounter({
    name: 'routellm_tokens_total',
    help: 'Tokens as upstreams counted them; cached_prompt is part of prompt; completion_estimated is one per event of streams that ended without usage.',
    labelNames: ['model', 'kind'],
  })
  const overhead = createHistogram({
    name: 'routellm_overhead_seconds',
    help: 'From the whole request received until it was sent upstream.',
    labelName: null,
    buckets: overheadBucketsSeconds,
  })
  const upstreamHead = createHistogram({
    name: 'routellm_upstream_head_seconds',
    help: 'From the request sent upstream until the head of its reply.',
    labelName: 'model',
    buckets: upstreamBucketsSeconds,
  })
  const upstreamReply = createHistogram({
    name: 'routellm_upstream_seconds',
    help: 'From the request sent upstream until the end of its reply.',
    labelName: 'model',
    buckets: upstreamBucketsSeconds,
  })
  const rendered = [
    requestsInFlight,
    requests,
    decisions,
    fallbacks,
    tokens,
    overhead,
    upstreamHead,
    upstreamReply,
  ]

  return {
    requestOver(route, model, status) {
      requests.add(1, route, model, String(status))
    },
    decided(decision, overheadMs) {
      overhead.observe(overheadMs / 1000, '')
      if (decision.kind === 'fixed-model' || decision.router === null) return
      if (decision.side !== null) decisions.add(1, decision.router, decision.side)
      if (decision.kind === 'fallback') fallbacks.add(1, decision.router, decision.fallback)
    },
    headReceived(model, ms) {
      upstreamHead.observe(ms / 1000, model)
    },
    replyOver(model, ms, reading) {
      upstreamReply.observe(ms / 1000, model)
      if (reading === null) return
      const { usage, events } = reading
      if (usage === null) {
        if (events > 0) tokens.add(events, model, 'completion_estimated')
        return
      }
      tokens.add(usage.promptTokens, model, 'prompt')
      tokens.add(usage.cachedPromptTokens, model, 'cached_prompt')
      tokens.add(usage.completionTokens, model, 'completion')
    },
    render: () => renderMetrics(rendered),
  }
}
