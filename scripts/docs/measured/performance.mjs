// The tables of docs/performance.md.
import { table } from '../markdown.mjs'

/** @param speed contents of benchmarks/results/speed.json */
export function performanceMarkdown(speed) {
  const { machine, decision, gateway, memory, similarity } = speed
  const cold = speed['cold-start']
  return [
    `${machine.processor}, ${machine.cores} shared cores, Node ${machine.node}, ${speed.began.slice(0, 10)}. Medians (lowest to highest of ${gateway.json.floor.cpuMicrosecondsPerRequest.values.length} rounds).`,
    table(
      ['whole server, CPU per request', 'JSON', 'times the floor', '20-chunk stream', 'times the floor'],
      measured(gateway.json).map((name) => [
        names[name],
        micro(gateway.json[name].cpuMicrosecondsPerRequest),
        times(gateway.json[name].timesTheFloor),
        micro(gateway.stream[name].cpuMicrosecondsPerRequest),
        times(gateway.stream[name].timesTheFloor),
      ]),
    ),
    ...latencyTable(gateway),
    ...dailyTables(gateway),
    table(
      ['512 paced streams, three rounds', 'streams', 'stalled', 'first event, p99'],
      measured(gateway.paced).map((name) => [
        names[name],
        gateway.paced[name].streams,
        gateway.paced[name].stalled,
        `${gateway.paced[name].firstEventMs.p99.toFixed(0)} ms`,
      ]),
    ),
    table(
      ['built-in `mf`, distinct prompts, nothing cached', 'p50', 'p99'],
      [
        ['440 characters', 'decision440'],
        ['1,000 characters', 'decision1000'],
        ['8,000 characters', 'decision8000'],
        ['8,000 characters, Chinese', 'decisionChinese8000'],
        ['1 MB', 'decision1MB'],
        ['1,000 characters: twelve candidates, kind of work, conversation', 'decisionPool12WithSession'],
      ]
        .filter(([, key]) => decision[key] !== undefined)
        .map(([label, key]) => [label, `${decision[key].p50Ms} ms`, `${decision[key].p99Ms} ms`]),
    ),
    table(
      ['one query over 110,000 battles × 1,536 dimensions', 'ms', 'times as fast as plain JavaScript'],
      Object.entries(similarity.milliseconds).map(([name, spread]) => [
        name,
        range(spread, 1),
        similarity.timesAsFastAsPlainJavaScript[name],
      ]),
    ),
    `In batch ${decision.batch1000.promptsPerSecond.toLocaleString('en')} prompts of 1,000 characters per second. From start to \`/ready\` ${range(cold.readyMs, 0)} ms. Resident memory ${memory.residentMegabytes.atStart} MB at start; ten samples over ${memory.requests.toLocaleString('en')} requests with unique prompts: ${range(memory.residentMegabytes.samples, 0)} MB.`,
  ].join('\n\n')
}

/** Absent from results that were measured before latencies were kept. */
function latencyTable({ json, json256, stream256, promotedBytesPerRequest }) {
  if (json256 === undefined) return []
  const head = [
    'latency, p99',
    'JSON, 32 connections',
    'JSON, 256 connections',
    'times the floor in CPU',
    '20-chunk stream, 256 connections',
    'times the floor in CPU',
    'bytes promoted per request',
  ]
  const milliseconds = (spread) => `${spread.median.toFixed(1)} ms`
  return [
    table(
      head,
      measured(json256).map((name) => [
        names[name],
        milliseconds(json[name].latencyP99Ms),
        milliseconds(json256[name].latencyP99Ms),
        times(json256[name].timesTheFloor),
        milliseconds(stream256[name].latencyP99Ms),
        times(stream256[name].timesTheFloor),
        promotedBytesPerRequest[name]?.toLocaleString('en') ?? '',
      ]),
    ),
  ]
}

/** Conversations, latency in front of a slow upstream, translation and WebSocket. Absent from older results. */
function dailyTables({ conversation, latency, translated, socket }) {
  if (conversation === undefined) return []
  const cpuTable = (head, result) =>
    table(
      [head, 'CPU', 'times the floor', 'p99, 32 connections'],
      measured(result).map((name) => [
        names[name],
        micro(result[name].cpuMicrosecondsPerRequest),
        times(result[name].timesTheFloor),
        `${result[name].latencyP99Ms.median.toFixed(1)} ms`,
      ]),
    )
  const milliseconds = (spread) => `${range(spread, 2)} ms`
  return [
    cpuTable('conversations of six turns, JSON', conversation),
    table(
      ['32 connections, upstream answers after 50 ms', 'added to the median', 'added to the 99th percentile'],
      measured(latency).map((name) => [
        names[name],
        milliseconds(latency[name].addedP50Ms),
        milliseconds(latency[name].addedP99Ms),
      ]),
    ),
    cpuTable('20-chunk streams', translated),
    table(
      ['turn of Responses, 22 events', 'CPU', 'p50, 16 connections'],
      [
        ['a request over HTTP', 'http'],
        ['a turn over WebSocket', 'socket'],
      ].map(([label, key]) => [
        label,
        micro(socket[key].cpuMicrosecondsPerTurn),
        milliseconds(socket[key].latencyP50Ms),
      ]),
    ),
  ]
}

const names = {
  floor: 'floor: a pass-through that only rewrites the model name (Fastify, undici)',
  routellm: '**routellm**, built-in router, one prompt',
  'routellm, unique prompts': '**routellm**, a new prompt in every request',
  'routellm, key and pool': '**routellm**, key with limits, policy over twelve models, one prompt',
  'routellm, key and pool, unique prompts': '**routellm**, the same with a new prompt in every request',
  'routellm, key, pool and store, unique prompts': '**routellm**, the same, and requests kept in the store',
  'routellm, Messages in': '**routellm**, the same with Messages translated to chat completions',
  smg: 'SMG 1.13.0 (Rust), pass-through',
  portkey: 'Portkey 1.15.2, pass-through',
  litellm: "LiteLLM's proxy 1.108.7, pass-through",
}

/** The servers of a result, in the order of the tables. */
function measured(result) {
  return Object.keys(names).filter((name) => result[name] !== undefined)
}

function range({ median, min, max }, digits) {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`
}

function micro(spread) {
  return `${range(spread, 0)} µs`
}

function times(spread) {
  return spread === undefined ? '1' : spread.median.toFixed(2)
}

/** The error of the estimate of tokens. @param results contents of benchmarks/results/token-estimate.json */
export function tokenEstimateMarkdown({ began, margin, results }) {
  const range = ({ lowest, median, highest }) =>
    `${median.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`
  const rows = results.map(({ kind, texts, o200k, cl100k, shareBelow }) => [
    kind,
    String(texts),
    range(o200k),
    `${(100 * shareBelow).toFixed(0)} %`,
    range(cl100k),
  ])
  return [
    table(
      [
        'text',
        'texts of 3,000 characters',
        'estimate / `o200k_base`, median (lowest to highest)',
        `more than ${margin} times the estimate`,
        'estimate / `cl100k_base`',
      ],
      rows,
    ),
    `Measured ${began.slice(0, 10)}.`,
  ].join('\n\n')
}
