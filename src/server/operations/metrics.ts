import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Routing } from '../../gateway/decide/routing.ts'
import type { TapReading } from '../../gateway/protocols/chat-completions/usage-tap.ts'

/** What the server counts. Everything belongs to one registry of one server; nothing is global. */
export type Metrics = {
  requestOver(route: string, modelLabel: string, status: number): void
  decided(routing: Routing, overheadMs: number): void
  headReceived(modelLabel: string, ms: number): void
  replyOver(modelLabel: string, ms: number, reading: TapReading | null): void
  /** Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

const overheadBucketsSeconds = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
]
const upstreamBucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

/** @param inFlight how many requests are being answered now. */
export function createMetrics(inFlight: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'routellm_requests_in_flight',
    help: 'Requests being answered now.',
    registers,
    collect() {
      this.set(inFlight())
    },
  })
  const countRequest = tally(
    registry,
    'routellm_requests_total',
    'Requests by route, model that answered and status; 499 is a client that went away, 502 also a broken reply.',
    ['route', 'model', 'status'],
  )
  const countDecision = tally(
    registry,
    'routellm_decisions_total',
    'Decisions by router and side of the pair.',
    ['router', 'side'],
  )
  const countFallback = tally(
    registry,
    'routellm_router_fallbacks_total',
    'Requests that went to the strong model because the router failed.',
    ['router', 'reason'],
  )
  const countTokens = tally(
    registry,
    'routellm_tokens_total',
    'Tokens as upstreams counted them; cached_prompt is part of prompt; completion_estimated is one per event of streams that ended before telling.',
    ['model', 'kind'],
  )
  const overhead = new Histogram({
    name: 'routellm_overhead_seconds',
    help: 'From the whole request received until it was sent upstream.',
    buckets: overheadBucketsSeconds,
    registers,
  })
  const upstreamHead = new Histogram({
    name: 'routellm_upstream_head_seconds',
    help: 'From the request sent upstream until the head of its reply.',
    labelNames: ['model'],
    buckets: upstreamBucketsSeconds,
    registers,
  })
  const upstreamReply = new Histogram({
    name: 'routellm_upstream_seconds',
    help: 'From the request sent upstream until the end of its reply.',
    labelNames: ['model'],
    buckets: upstreamBucketsSeconds,
    registers,
  })

  return {
    requestOver(route, model, status) {
      countRequest(1, route, model, String(status))
    },
    decided(routing, overheadMs) {
      overhead.observe(overheadMs / 1000)
      if (routing.kind === 'fixed-model') return
      if (routing.kind === 'routed') countDecision(1, routing.router, routing.side)
      else {
        countDecision(1, routing.router, 'strong')
        countFallback(1, routing.router, routing.fallback)
      }
    },
    headReceived(model, ms) {
      upstreamHead.observe({ model }, ms / 1000)
    },
    replyOver(model, ms, reading) {
      upstreamReply.observe({ model }, ms / 1000)
      if (reading === null) return
      const { usage, events } = reading
      if (usage === null) {
        if (events > 0) countTokens(events, model, 'completion_estimated')
        return
      }
      countTokens(usage.promptTokens, model, 'prompt')
      countTokens(usage.cachedPromptTokens, model, 'cached_prompt')
      countTokens(usage.completionTokens, model, 'completion')
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/**
 * A counter that adds up in a plain map and tells prom-client only when it is asked: a request counts several
 * things, and prom-client sorts and joins labels each time.
 *
 * @returns adds `amount` to the series of these label values, in the order of `labelNames`.
 */
function tally(registry: Registry, name: string, help: string, labelNames: readonly string[]) {
  const series = new Map<string, { readonly labels: Record<string, string>; value: number }>()
  new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of series.values()) this.inc(labels, value)
    },
  })
  return (amount: number, ...values: readonly string[]): void => {
    const key = values.length === 2 ? `${values[0]}\n${values[1]}` : values.join('\n')
    const found = series.get(key)
    if (found !== undefined) found.value += amount
    else {
      const labels = Object.fromEntries(labelNames.map((label, index) => [label, values[index] ?? '']))
      series.set(key, { labels, value: amount })
    }
  }
}
