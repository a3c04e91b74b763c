// A store with a month of requests: appending, ingestion, what the page reads, export, and retention while a server answers.
//   node benchmarks/store/million.mjs [rows] [parts]      default: 1,000,000 and reads,exports,retention; needs `npm run build`
// It takes some minutes and 3 GB of disk.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createPopulation } from './population.mjs'

const from = (path) => import(new URL(`../../dist/store/${path}`, import.meta.url).href)
const [{ openJournal }, { formatRequestLine }, { openDatabase }, { ingestJournal }, { openTextFiles }] =
  await Promise.all([
    from('journal/journal.js'),
    from('entries/format-request.js'),
    from('database/open-database.js'),
    from('ingest/ingest.js'),
    from('texts/text-files.js'),
  ])
const [{ rollUp }, { readFunctions }, { openForReading }] = await Promise.all([
  from('totals/roll-up.js'),
  from('reader/read-functions.js'),
  from('database/open-for-reading.js'),
])
const rows = Number(process.argv[2] ?? 1_000_000)
const parts = (process.argv[3] ?? 'reads,exports,retention').split(',')
const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'routellm-million-'))
const store = join(folder, '.routellm')
const database = join(store, 'store.db')
const hourMs = 3_600_000
const dayMs = 24 * hourMs
// A whole day of UTC, so that retention by days removes half.
const now = Math.floor(Date.now() / dayMs) * dayMs
const result = { node: process.version, rows }
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const round = (value, digits = 1) => Number(value.toFixed(digits))

function summarise(times) {
  const sorted = times.toSorted((a, b) => a - b)
  return { median: round(sorted[Math.floor(sorted.length / 2)]), most: round(sorted.at(-1)) }
}

async function fill() {
  const journalFolder = join(store, 'journal')
  mkdirSync(store)
  const db = await openDatabase(database)
  const texts = openTextFiles(join(store, 'texts'))
  const record = createPopulation(rows, now)
  const [append, ingest, total] = [[], [], { wall: 0, cpu: 0 }]
  for (let at = 0; at < rows; ) {
    const journal = openJournal({
      ...{ folder: journalFolder, maxBytes: 1e12, maxWaitingBytes: 1e9, retryAfterMs: 1000, now: Date.now },
      ...{ onAppended() {}, warn: (_fields, message) => console.error(message) },
    })
    const records = []
    for (; records.length < 50_000 && at < rows; at++) records.push(record(at))
    let cpu = cpuMs()
    for (const each of records) journal.append(formatRequestLine(each, each.usd ?? 0, null))
    append.push((1000 * (cpuMs() - cpu)) / records.length)
    journal.close()
    cpu = cpuMs()
    const began = performance.now()
    await ingestJournal(db, { journalFolder, now: Date.now, texts })
    total.wall += performance.now() - began
    total.cpu += cpuMs() - cpu
    ingest.push((1000 * (cpuMs() - cpu)) / records.length)
  }
  result.appendCpuMicroseconds = summarise(append)
  result.ingestCpuMicroseconds = summarise(ingest)
  result.ingestRowsPerSecond = Math.round((1000 * rows) / total.wall)
  result.ingestRowsPerCpuSecond = Math.round((1000 * rows) / total.cpu)
  const cpu = cpuMs()
  await rollUp(db)
  result.rollUpCpuMicroseconds = round((1000 * (cpuMs() - cpu)) / rows)
  await db.destroy()
  result.databaseBytes = statSync(database).size
}

/** Each as the page asks for it, in a connection of its own that has just been opened, and then again. */
async function measureReads() {
  const to = now
  const last = (days) => ({ from: to - days * dayMs, to })
  const reads = {
    ...Object.fromEntries(
      [1, 7, 30].flatMap((days) => [
        [`usage, ${days} d`, ['usage', last(days)]],
        [`latency, ${days} d`, ['latency', last(days)]],
      ]),
    ),
    'usage, 10 d in the middle': ['usage', { from: to - 20.3 * dayMs, to: to - 10.1 * dayMs }],
    'usage, 30 d, a key': ['usage', { ...last(30), key: 'key-0' }],
    'usage, 30 d, a model': ['usage', { ...last(30), model: 'large' }],
    'usage, 7 d, a policy and a key': ['usage', { ...last(7), policy: 'frugal', key: 'key-3' }],
    'usage, 1 d, a tag': ['usage', { ...last(1), tag: 'contract' }],
    'usage, 30 d, a tag': ['usage', { ...last(30), tag: 'contract' }],
    'latency, 30 d, a model': ['latency', { ...last(30), model: 'large' }],
    'latency, 30 d, a key': ['latency', { ...last(30), key: 'key-1' }],
    'names, 30 d': ['names', last(30)],
    requests: ['requests', { limit: 50 }],
    'requests, of a rare key': ['requests', { key: 'key-39', limit: 50 }],
    'requests, of a key, a model, a policy and a task': [
      'requests',
      { key: 'key-9', model: 'local', policy: 'checked', task: 'summary', limit: 50 },
    ],
    'requests, status 504': ['requests', { status: 504, limit: 50 }],
    'requests, errors of a rare key': ['requests', { status: 'error', key: 'key-39', limit: 50 }],
    'requests, fallbacks of a key': ['requests', { fallback: true, key: 'key-30', limit: 50 }],
    'requests, of an unknown key': ['requests', { key: 'nobody', limit: 50 }],
    'requests, a week in the middle': ['requests', { from: to - 20 * dayMs, to: to - 13 * dayMs, limit: 50 }],
    'requests, by an id': ['requests', { id: `rllm-0123456789ab-${(rows >> 1).toString(36)}`, limit: 50 }],
    'requests, by an unknown id': ['requests', { id: 'nothing', limit: 50 }],
    'requests, of a session': ['requests', { session: 'session-1r-9f2c41d07b', limit: 50 }],
    'one request': ['request', { id: `rllm-0123456789ab-${(rows >> 2).toString(36)}` }],
    'one request, unknown': ['request', { id: 'nothing' }],
  }
  result.readMs = {}
  for (const [name, [read, query]] of Object.entries(reads)) {
    if (readFunctions[read] === undefined) continue
    const db = await openForReading(database)
    const [times, cpus] = [[], []]
    for (let run = 0; run < 5; run++) {
      const [began, cpu] = [performance.now(), cpuMs()]
      await readFunctions[read](db, query, store)
      cpus.push(cpuMs() - cpu)
      times.push(performance.now() - began)
    }
    await db.destroy()
    // A machine with other work has the CPU time that an idle one takes.
    result.readMs[name] = { firstCpu: round(cpus[0]), cpu: summarise(cpus), wall: summarise(times) }
  }
}

/** In a process of its own, whose memory is looked at ten times a second. */
async function measureExports() {
  result.exports = {}
  for (const name of ['requests.jsonl', 'requests.csv', 'requests.parquet']) {
    const output = join(folder, name)
    const child = spawn(process.execPath, [
      ...[cli, 'store', 'export', '--config', join(folder, 'routellm.yaml')],
      ...['--what', 'requests', '--output', output],
    ])
    const began = performance.now()
    let [before, most] = [0, 0]
    let isOver = false
    const watch = (async () => {
      while (!isOver) {
        const size = readRss(child.pid)
        // The file has just been opened.
        if (before === 0 && size > 0 && performance.now() - began > 1000) before = size
        most = Math.max(most, size)
        await wait(100)
      }
    })()
    const code = await new Promise((resolve) => child.once('exit', resolve))
    isOver = true
    await watch
    if (code !== 0) throw new Error(`the export of ${name} failed`)
    result.exports[name] = {
      seconds: round((performance.now() - began) / 1000),
      bytes: statSync(output).size,
      rssAfterASecondMb: round(before / 1e6),
      mostRssMb: round(most / 1e6),
    }
    rmSync(output)
  }
}

function readRss(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Twenty requests a second over HTTP, for as long as `isOver` says. @returns their milliseconds. */
async function load(url, isOver) {
  const times = []
  while (!isOver()) {
    const began = performance.now()
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"one","messages":[{"role":"user","content":"Hi"}]}',
    })
    await response.arrayBuffer()
    times.push(performance.now() - began)
    await wait(50)
  }
  return times.slice(20)
}

async function measureRetention() {
  const answer = JSON.stringify({
    ...{ id: 'x', object: 'chat.completion' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
  })
  const upstream = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer))
  })
  await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${upstream.address().port}/v1`
  const run = async (days, isOver) => {
    writeConfig(base, days)
    const child = spawn(
      process.execPath,
      [cli, 'serve', '--config', join(folder, 'routellm.yaml'), '--port', '0', '--json'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const [line] = await new Promise((resolve) =>
      child.stdout.once('data', (data) => resolve([String(data)])),
    )
    const began = performance.now()
    const times = await load(JSON.parse(line).url, isOver)
    const seconds = (performance.now() - began) / 1000
    child.kill('SIGINT')
    await new Promise((resolve) => child.once('exit', resolve))
    return { requests: times.length, seconds: round(seconds), ...summarise(times) }
  }
  const db = await openForReading(database)
  const count = async () => {
    const row = await db
      .selectFrom('requests')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirst()
    return Number(row.count)
  }
  const until = (time) => () => performance.now() > time
  const without = await run(null, until(performance.now() + 20_000))
  let last = await count()
  let quietSince = null
  let checkedAt = 0
  // Over once no request was removed for three seconds.
  const before = last
  const retained = await run(15, () => {
    if (performance.now() - checkedAt < 1000) return false
    checkedAt = performance.now()
    count().then((found) => {
      if (found >= last && found < before * 0.9) quietSince ??= performance.now()
      else quietSince = null
      last = found
    })
    return quietSince !== null && performance.now() - quietSince > 3000
  })
  await db.destroy()
  upstream.closeAllConnections()
  upstream.close()
  result.retention = { removed: before - last, withoutMs: without, withMs: retained }
}

function writeConfig(base, days) {
  writeFileSync(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "${base}" } }
models: { one: { provider: up, upstream: one, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 15 } }
routers: { random: {} }
policy: { kind: pair, strong: one, weak: up/other }
${days === null ? '' : `store: { days: ${days} }`}
`,
  )
}

try {
  writeConfig('http://127.0.0.1:9/v1', null)
  await fill()
  console.error(JSON.stringify(result))
  if (parts.includes('reads')) await measureReads()
  if (parts.includes('exports')) await measureExports()
  if (parts.includes('retention')) await measureRetention()
  console.log(JSON.stringify(result, null, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
