// What a request costs: processor time of the server per JSON request and per stream, its latency, and the bytes that
// survive young garbage collections, beside the floor and, if it is installed, Portkey. All servers have one upstream and
// one load and take turns in one run: the ratios count, not the times.
import { cpuMicroseconds, runToResult, startListening, stop, stopAll } from '../support/child.mjs'
import { spread } from '../support/spread.mjs'
import { startFloor, startPortkey, startRouteLLM } from './gateways.mjs'

const serverCore = 0
const loadCore = 1
const sentence = 'Explain the difference between routing and switching. '
/** The prompt of 440 characters that the reference figures were measured with. */
const prompt = sentence.repeat(8)
/** As long, and different in every request. */
const uniquePrompt = `@@@@@@@@${prompt.slice(8)}`

/**
 * @param {{ seconds: number, rounds: number, portkey?: string, profile?: string }} options `seconds` of
 *   load per server, mode and round; `portkey`: the folder that has the package installed; `profile`: a folder for
 *   a processor profile of our server, which makes it slower
 */
export async function gatewayBenchmark({ seconds, rounds, portkey, profile }) {
  const upstream = await startListening(new URL('./upstream.mjs', import.meta.url), { core: loadCore })
  try {
    const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    const routellm = await startRouteLLM(upstream.url, { core: serverCore, nodeOptions })
    const floor = await startFloor(upstream.url, { core: serverCore })
    const candidates = { floor: { ...floor, prompt }, routellm: { ...routellm, prompt } }
    candidates['routellm, unique prompts'] = { ...routellm, prompt: uniquePrompt }
    if (portkey !== undefined)
      candidates.portkey = { ...(await startPortkey(upstream.url, portkey, { core: serverCore })), prompt }
    const run = { seconds, rounds }
    const json = await compare(candidates, { ...run, stream: false, connections: 32 })
    const stream = await compare(candidates, { ...run, stream: true, connections: 32 })
    const json256 = await compare(candidates, { ...run, stream: false, connections: 256 })
    const stream256 = await compare(candidates, { ...run, stream: true, connections: 256 })
    const paced = {}
    for (const [name, candidate] of Object.entries(candidates)) {
      if (!name.includes(',')) paced[name] = await pacedStreams(candidate)
    }
    await stop(routellm)
    await stop(floor)
    const promotedBytesPerRequest = await promotedBytes(upstream.url, portkey)
    return {
      prompt: { characters: prompt.length, words: sentence },
      json,
      stream,
      json256,
      stream256,
      paced,
      promotedBytesPerRequest,
    }
  } finally {
    await stopAll()
  }
}

/**
 * Bytes per JSON request that young collections move to the old generation, by `node --trace-gc-nvp`: they are what full
 * collections, and pauses, come from. Measured apart, because the trace costs time.
 */
async function promotedBytes(upstreamUrl, portkey) {
  const starters = {
    floor: (options) => startFloor(upstreamUrl, options),
    routellm: (options) => startRouteLLM(upstreamUrl, options),
    ...(portkey !== undefined && { portkey: (options) => startPortkey(upstreamUrl, portkey, options) }),
  }
  const promoted = {}
  for (const [name, startServer] of Object.entries(starters)) {
    let trace = ''
    const log = (text) => {
      trace += text
    }
    const server = await startServer({ core: serverCore, nodeOptions: ['--trace-gc-nvp'], log })
    await load({ ...server, prompt: uniquePrompt }, { stream: false, requests: 5_000, connections: 32 })
    trace = ''
    const requests = 20_000
    await load({ ...server, prompt: uniquePrompt }, { stream: false, requests, connections: 32 })
    await stop(server)
    const bytes = [...trace.matchAll(/ gc=s .* promoted=(\d+) /g)].map(([, count]) => Number(count))
    if (bytes.length === 0) throw new Error(`the trace of ${name} has no young collection`)
    promoted[name] = Math.round(bytes.reduce((sum, count) => sum + count, 0) / requests)
  }
  return promoted
}

/** The servers take turns within each round, so that what else the machine does falls on all of them. */
async function compare(candidates, { stream, seconds, rounds, connections }) {
  const cpu = {}
  const rate = {}
  const p99 = {}
  for (const candidate of Object.values(candidates))
    await load(candidate, { stream, seconds: 2, connections })
  for (let round = 0; round < rounds; round++) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const before = cpuMicroseconds(candidate.pid)
      const { requests, seconds: took, latencyMs } = await load(candidate, { stream, seconds, connections })
      cpu[name] = [...(cpu[name] ?? []), (cpuMicroseconds(candidate.pid) - before) / requests]
      rate[name] = [...(rate[name] ?? []), requests / took]
      p99[name] = [...(p99[name] ?? []), latencyMs.p99]
    }
  }
  return Object.fromEntries(
    Object.entries(cpu).map(([name, values]) => [
      name,
      {
        cpuMicrosecondsPerRequest: spread(values),
        timesTheFloor: spread(
          values.map((value, round) => value / cpu.floor[round]),
          2,
        ),
        requestsPerSecond: spread(rate[name], 0),
        latencyP99Ms: spread(p99[name], 1),
      },
    ]),
  )
}

async function load(candidate, { stream, seconds, requests, connections }) {
  const result = await runToResult(
    new URL('./load.mjs', import.meta.url),
    { ...job(candidate, { stream, knobs: 'chunks=20,delay=0' }), connections, seconds, requests },
    { core: loadCore },
  )
  if (result.failed > 0 || result.requests === 0)
    throw new Error(
      `${result.failed} of ${result.requests} requests failed; the first: ${result.firstFailure}`,
    )
  return result
}

/** 512 streams of 64 events at 20 ms, three in a row each. */
async function pacedStreams(candidate) {
  const streams = { streams: 512, rounds: 3, events: 67, gapMs: 20 }
  // Our server leaves the chunk with the usage out unless it is requested, and the events are counted.
  const more = { stream_options: { include_usage: true } }
  const paced = { ...job(candidate, { stream: true, knobs: 'chunks=64,delay=20', more }), ...streams }
  return await runToResult(new URL('./paced-streams.mjs', import.meta.url), paced, { core: loadCore })
}

function job({ url, model, headers, prompt: text = prompt }, { stream, knobs, more = {} }) {
  const messages = [
    { role: 'system', content: 'You are helpful.' },
    { role: 'user', content: text },
  ]
  return {
    url,
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...headers },
    body: JSON.stringify({ model, stream, user: knobs, messages, ...more }),
    unique: text.includes('@@@@@@@@'),
  }
}

/** Memory of our server at the start and after many requests: JSON first, then unique prompts. */
export async function memoryBenchmark({ requests, residentMegabytes }) {
  const upstream = await startListening(new URL('./upstream.mjs', import.meta.url), { core: loadCore })
  try {
    const server = await startRouteLLM(upstream.url, { core: serverCore })
    const atStart = residentMegabytes(server.pid)
    const samples = []
    for (let part = 0; part < 10; part++) {
      await load(
        { ...server, prompt: uniquePrompt },
        {
          stream: part % 5 === 4,
          requests: requests / 10,
          connections: 32,
        },
      )
      samples.push(residentMegabytes(server.pid))
    }
    await stop(server)
    return { requests, residentMegabytes: { atStart: Number(atStart.toFixed(1)), samples: spread(samples) } }
  } finally {
    await stopAll()
  }
}
