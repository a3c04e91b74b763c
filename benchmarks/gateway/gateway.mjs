// What a request costs: processor time of the server per JSON request and per stream, beside the floor and,
// where it is installed, Portkey. One upstream, one load, turn about in the same run; ratios count, not bare times.
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
const connections = 32

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
    const json = await compare(candidates, { stream: false, seconds, rounds })
    const stream = await compare(candidates, { stream: true, seconds, rounds })
    const paced = {}
    for (const [name, candidate] of Object.entries(candidates)) {
      if (!name.includes(',')) paced[name] = await pacedStreams(candidate)
    }
    return { prompt: { characters: prompt.length, words: sentence }, connections, json, stream, paced }
  } finally {
    await stopAll()
  }
}

/** The servers take turns within each round, so that what else the machine does falls on all of them. */
async function compare(candidates, { stream, seconds, rounds }) {
  const cpu = {}
  const rate = {}
  for (const candidate of Object.values(candidates)) await load(candidate, { stream, seconds: 2 })
  for (let round = 0; round < rounds; round++) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const before = cpuMicroseconds(candidate.pid)
      const { requests, seconds: took } = await load(candidate, { stream, seconds })
      cpu[name] = [...(cpu[name] ?? []), (cpuMicroseconds(candidate.pid) - before) / requests]
      rate[name] = [...(rate[name] ?? []), requests / took]
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
      },
    ]),
  )
}

async function load(candidate, { stream, seconds, requests }) {
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
  const paced = { ...job(candidate, { stream: true, knobs: 'chunks=64,delay=20' }), ...streams }
  return await runToResult(new URL('./paced-streams.mjs', import.meta.url), paced, { core: loadCore })
}

function job({ url, model, headers, prompt: text = prompt }, { stream, knobs }) {
  const messages = [
    { role: 'system', content: 'You are helpful.' },
    { role: 'user', content: text },
  ]
  return {
    url,
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...headers },
    body: JSON.stringify({ model, stream, user: knobs, messages }),
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
      await load({ ...server, prompt: uniquePrompt }, { stream: part % 5 === 4, requests: requests / 10 })
      samples.push(residentMegabytes(server.pid))
    }
    await stop(server)
    return { requests, residentMegabytes: { atStart: Number(atStart.toFixed(1)), samples: spread(samples) } }
  } finally {
    await stopAll()
  }
}
