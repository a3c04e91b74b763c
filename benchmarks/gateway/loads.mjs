// The loads of the gateway benchmark: all servers get the same requests, in turns.
import { cpuMicroseconds, runToResult, startListening } from '../support/child.mjs'
import { spread } from '../support/spread.mjs'

export const serverCore = 0
export const loadCore = 1
export const sentence = 'Explain the difference between routing and switching. '
/** The prompt of 440 characters that the reference figures were measured with. */
export const prompt = sentence.repeat(8)
/** As long, and different in every request. */
export const uniquePrompt = `@@@@@@@@${prompt.slice(8)}`

export function startUpstream() {
  return startListening(new URL('./upstream.mjs', import.meta.url), { core: loadCore })
}

/** The servers take turns within each round, so that what else the machine does falls on all of them. */
export async function compare(candidates, { rounds, seconds, ...mode }) {
  const cpu = {}
  const rate = {}
  const p50 = {}
  const p99 = {}
  for (const candidate of Object.values(candidates)) await load(candidate, { ...mode, seconds: 2 })
  for (let round = 0; round < rounds; round++) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const before = cpuMicroseconds(candidate.pid)
      const { requests, seconds: took, latencyMs } = await load(candidate, { ...mode, seconds })
      cpu[name] = [...(cpu[name] ?? []), (cpuMicroseconds(candidate.pid) - before) / requests]
      rate[name] = [...(rate[name] ?? []), requests / took]
      p50[name] = [...(p50[name] ?? []), latencyMs.p50]
      p99[name] = [...(p99[name] ?? []), latencyMs.p99]
    }
  }
  return Object.fromEntries(
    Object.entries(cpu).map(([name, values]) => [
      name,
      {
        cpuMicrosecondsPerRequest: spread(values),
        timesTheFloor: spread(
          values.map((value, round) => value / (cpu.floor ?? values)[round]),
          2,
        ),
        requestsPerSecond: spread(rate[name], 0),
        latencyP50Ms: spread(p50[name], 2),
        latencyP99Ms: spread(p99[name], 1),
      },
    ]),
  )
}

/** @param {{ stream: boolean, connections: number, seconds?: number, requests?: number, turns?: number, latencyMs?: number }} mode */
export async function load(candidate, { seconds, requests, connections, ...mode }) {
  const result = await runToResult(
    new URL('./load.mjs', import.meta.url),
    { ...job(candidate, mode), connections, seconds, requests },
    { core: loadCore },
  )
  if (result.failed > 0 || result.requests === 0)
    throw new Error(
      `${result.failed} of ${result.requests} requests failed; the first: ${result.firstFailure}`,
    )
  return result
}

/** 512 streams of 64 events at 20 ms, three in a row each. */
export async function pacedStreams(candidate) {
  const streams = { streams: 512, rounds: 3, events: 67, gapMs: 20 }
  // Our server leaves the chunk with the usage out unless it is requested, and the events are counted.
  const more = { stream_options: { include_usage: true } }
  const paced = { ...job(candidate, { stream: true, knobs: 'chunks=64,delay=20', more }), ...streams }
  return await runToResult(new URL('./paced-streams.mjs', import.meta.url), paced, { core: loadCore })
}

/**
 * @param candidate `path` and `bodyOf`, which gives the body for the messages, if it is not asked for a chat completion.
 * @param turns of the user in the conversation; the last one is the prompt.
 */
function job(
  { url, model, headers, path = '/v1/chat/completions', prompt: text = prompt, bodyOf = (body) => body },
  { stream, knobs, turns = 1, latencyMs = 0, more = {} },
) {
  const user = knobs ?? `chunks=20,delay=0,latency=${latencyMs}`
  return {
    url,
    path,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...headers },
    body: JSON.stringify(bodyOf({ model, stream, user, messages: conversation(text, turns), ...more })),
    unique: text.includes('@@@@@@@@'),
  }
}

function conversation(text, turns) {
  const before = Array.from({ length: turns - 1 }, (_, index) => [
    { role: 'user', content: `Question ${index}: ${sentence.repeat(3)}` },
    { role: 'assistant', content: 'An answer. '.repeat(20) },
  ])
  return [{ role: 'system', content: 'You are helpful.' }, ...before.flat(), { role: 'user', content: text }]
}
