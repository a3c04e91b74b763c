// What a request costs: processor time of the server per JSON request and per stream, its latency, and the bytes that
// survive young garbage collections, beside the floor and the peers that are installed. All servers have one upstream and
// one load and take turns in one run: the ratios count, not the times.
import { stop, stopAll } from '../support/child.mjs'
import { spread } from '../support/spread.mjs'
import { addedLatency, socketTurns, translatedStreams } from './daily.mjs'
import { startFloor, startRouteLLM } from './gateways.mjs'
import {
  compare,
  load,
  pacedStreams,
  prompt,
  sentence,
  serverCore,
  startUpstream,
  uniquePrompt,
} from './loads.mjs'
import { findPeers } from './peers.mjs'

/**
 * @param {{ seconds: number, rounds: number, portkey?: string, python?: string, profile?: string }} options `seconds` of
 *   load per server, mode and round; `portkey`: the folder that has the package installed; `python`: the virtual
 *   environment that has LiteLLM and SMG; `profile`: a folder for a processor profile of our server, which makes it slower
 */
export async function gatewayBenchmark({ seconds, rounds, portkey, python, profile }) {
  const upstream = await startUpstream()
  const run = { seconds, rounds }
  try {
    const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    const pair = await startRouteLLM(upstream.url, { core: serverCore, nodeOptions })
    const pool = await startRouteLLM(upstream.url, { core: serverCore, configuration: 'pool' })
    const stored = await startRouteLLM(upstream.url, { core: serverCore, configuration: 'pool', store: true })
    const floor = await startFloor(upstream.url, { core: serverCore })
    const ours = {
      floor: { ...floor, prompt },
      routellm: { ...pair, prompt },
      'routellm, unique prompts': { ...pair, prompt: uniquePrompt },
      'routellm, key and pool': { ...pool, prompt },
      'routellm, key and pool, unique prompts': { ...pool, prompt: uniquePrompt },
      'routellm, key, pool and store, unique prompts': { ...stored, prompt: uniquePrompt },
    }
    const peers = {}
    for (const [name, startPeer] of Object.entries(findPeers({ portkey, python })))
      peers[name] = { ...(await startPeer(upstream.url, { core: serverCore })), prompt }
    const candidates = { ...ours, ...peers }
    const json = await compare(candidates, { ...run, stream: false, connections: 32 })
    const stream = await compare(candidates, { ...run, stream: true, connections: 32 })
    const json256 = await compare(candidates, { ...run, stream: false, connections: 256 })
    const stream256 = await compare(candidates, { ...run, stream: true, connections: 256 })
    const conversation = await compare(
      { floor, routellm: pair, 'routellm, key and pool': pool },
      { ...run, stream: false, connections: 32, turns: 6 },
    )
    const latency = await addedLatency({ floor, 'routellm, key and pool': pool, ...peers }, upstream, run)
    const translated = await translatedStreams({ floor, pool }, run)
    const socket = await socketTurns({ rounds, upstream })
    const paced = {}
    for (const [name, candidate] of Object.entries({
      floor,
      routellm: pair,
      'routellm, key and pool': pool,
      ...peers,
    }))
      paced[name] = await pacedStreams(candidate)
    for (const server of [pair, pool, stored, floor, ...Object.values(peers)]) await stop(server)
    const promotedBytesPerRequest = await promotedBytes(upstream.url)
    return {
      prompt: { characters: prompt.length, words: sentence },
      json,
      stream,
      json256,
      stream256,
      conversation,
      latency,
      translated,
      socket,
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
async function promotedBytes(upstreamUrl) {
  const starters = {
    floor: (options) => startFloor(upstreamUrl, options),
    routellm: (options) => startRouteLLM(upstreamUrl, options),
    'routellm, key and pool': (options) => startRouteLLM(upstreamUrl, { ...options, configuration: 'pool' }),
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

/** Memory of our server at the start and after many requests: JSON first, then unique prompts. */
export async function memoryBenchmark({ requests, residentMegabytes }) {
  const upstream = await startUpstream()
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
