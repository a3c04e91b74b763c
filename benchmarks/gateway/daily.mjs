// What daily use adds: latency in front of an upstream that takes its time, translation, and turns over WebSocket.
import { cpuMicroseconds, runToResult, stop } from '../support/child.mjs'
import { spread } from '../support/spread.mjs'
import { startRouteLLM } from './gateways.mjs'
import { compare, load, loadCore, prompt, serverCore } from './loads.mjs'

const upstreamMs = 50

/** How much later than the upstream itself a server answers, at 32 connections and 50 ms upstream. */
export async function addedLatency(candidates, upstream, { rounds }) {
  const mode = { stream: false, connections: 32, latencyMs: upstreamMs, requests: 3000 }
  const direct = { url: upstream.url, model: 'bench', headers: {} }
  const added = {}
  for (let round = 0; round < rounds; round++) {
    const { latencyMs: base } = await load(direct, mode)
    for (const [name, candidate] of Object.entries(candidates)) {
      const { latencyMs } = await load(candidate, mode)
      const { p50 = [], p99 = [] } = added[name] ?? {}
      added[name] = { p50: [...p50, latencyMs.p50 - base.p50], p99: [...p99, latencyMs.p99 - base.p99] }
    }
  }
  return Object.fromEntries(
    Object.entries(added).map(([name, { p50, p99 }]) => [
      name,
      { addedP50Ms: spread(p50, 2), addedP99Ms: spread(p99, 2) },
    ]),
  )
}

/** Streams of Messages in front of an upstream that speaks chat completions, beside streams that are not translated. */
export async function translatedStreams({ floor, pool }, run) {
  const bodyOf = ({ model, stream, user, messages: [system, ...messages] }) => ({
    model,
    stream,
    max_tokens: 4096,
    metadata: { user_id: user },
    system: system.content,
    messages,
  })
  const messages = { ...pool, path: '/v1/messages', bodyOf }
  const candidates = { floor, 'routellm, key and pool': pool, 'routellm, Messages in': messages }
  return await compare(candidates, { ...run, stream: true, connections: 32 })
}

/** Turns of Responses one after another on 16 connections: over WebSocket, and as requests of their own over HTTP. */
export async function socketTurns({ rounds, upstream }) {
  const server = await startRouteLLM(upstream.url, { core: serverCore, kind: 'openai' })
  const results = { http: [], socket: [] }
  const turns = 4000
  for (let round = -1; round < rounds; round++) {
    for (const kind of ['http', 'socket']) {
      const before = cpuMicroseconds(server.pid)
      const job = { url: server.url, model: server.model, kind, prompt, connections: 16, turns }
      const { p50Ms } = await runToResult(new URL('./response-turns.mjs', import.meta.url), job, {
        core: loadCore,
      })
      if (round >= 0) results[kind].push({ cpu: (cpuMicroseconds(server.pid) - before) / turns, p50Ms })
    }
  }
  await stop(server)
  return Object.fromEntries(
    Object.entries(results).map(([kind, values]) => [
      kind,
      {
        cpuMicrosecondsPerTurn: spread(values.map(({ cpu }) => cpu)),
        latencyP50Ms: spread(
          values.map(({ p50Ms }) => p50Ms),
          2,
        ),
      },
    ]),
  )
}
