// What the store costs: the append of a request, ingestion, aggregates, export and retention.
//   node benchmarks/store/store.mjs [rows]      default: 1,000,000; needs `npm run build`
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const from = (path) => import(new URL(`../../dist/store/${path}`, import.meta.url).href)
const [{ openJournal }, { formatRequestEntry }, { openDatabase }, { ingestJournal }, { openTextFiles }] =
  await Promise.all([
    from('journal/journal.js'),
    from('entries/format-request.js'),
    from('database/open-database.js'),
    from('ingest/ingest.js'),
    from('texts/text-files.js'),
  ])
const [{ rollUp }, { applyRetention }, { exportRows }] = await Promise.all([
  from('maintenance/roll-up.js'),
  from('maintenance/retention.js'),
  from('transfer/export-rows.js'),
])
const rows = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'routellm-store-bench-'))
const now = Date.UTC(2026, 10, 30, 12)
const dayMs = 86_400_000
const result = { node: process.version, rows }

const candidates = ['large', 'small'].map((name) => ({ model: { name }, usd: 0.001, excluded: null }))
const models = ['large', 'small', 'tiny']
function record(at) {
  const model = models[at % 3]
  const tokens = {
    input: 500 + (at % 700),
    cachedInput: 100,
    cacheWriteInput: 0,
    cacheWrite1hInput: 0,
    output: at % 300,
  }
  const usd = 0.000_3 + (at % 1000) * 1e-6
  return {
    time: now - 30 * dayMs + Math.floor((at / rows) * 30 * dayMs),
    ...{ id: `rllm-0123456789ab-${at.toString(36)}`, upstreamId: `req_${at}`, protocol: 'chat-completions' },
    ...{
      path: '/v1/chat/completions',
      status: at % 100 === 0 ? 502 : 200,
      stream: at % 2 === 0,
      model,
      upstream: model,
    },
    ...{ task: at % 2 === 0 ? 'look-up' : 'debugging', policy: 'frugal', router: 'mf', threshold: 0.25 },
    ...{
      strongWinRate: (at % 997) / 997,
      side: 'weak',
      candidates,
      scores: [0.1, 0.9],
      fallback: null,
      overBudget: null,
    },
    ...{
      attempts: 1,
      tokens,
      events: null,
      usd,
      otherCalls: [],
      session: `s${at % 50_000}`,
      key: `key-${at % 20}`,
      tags: [],
    },
    call: {
      model,
      tokens,
      events: null,
      usd,
      isRefused: false,
      isAborted: false,
      sentMs: 0.4,
      firstByteMs: 180.2,
    },
    ms: { overhead: 0.31, queued: null, firstByte: 180.2, total: 912.4 },
    text: null,
  }
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const quiet = { warn: (_fields, message) => console.error(message) }

try {
  const journalFolder = join(folder, 'journal')
  const journal = openJournal({
    ...{ folder: journalFolder, maxBytes: 1e12, maxWaitingBytes: 1e9, retryAfterMs: 1000, now: Date.now },
    ...{ onAppended() {}, warn: quiet.warn },
  })
  const prepared = Array.from({ length: 1000 }, (_, at) => record(at))
  for (let at = 0; at < 20_000; at++) journal.append(formatRequestEntry(prepared[at % 1000], 0.001, null))
  const appends = []
  for (let round = 0; round < 5; round++) {
    const before = cpuMs()
    for (let at = 0; at < 20_000; at++) journal.append(formatRequestEntry(prepared[at % 1000], 0.001, null))
    appends.push((1000 * (cpuMs() - before)) / 20_000)
  }
  result.appendCpuMicroseconds = appends.map((each) => Number(each.toFixed(2)))
  journal.close()
  rmSync(journalFolder, { recursive: true })

  const db = await openDatabase(join(folder, 'store.db'))
  const texts = openTextFiles(join(folder, 'texts'))
  let ingestMs = 0
  let ingestCpuMs = 0
  for (let at = 0; at < rows; ) {
    const part = openJournal({
      ...{ folder: journalFolder, maxBytes: 1e12, maxWaitingBytes: 1e9, retryAfterMs: 1000, now: Date.now },
      ...{ onAppended() {}, warn: quiet.warn },
    })
    const end = Math.min(rows, at + 50_000)
    for (; at < end; at++) part.append(formatRequestEntry(record(at), 0.001, null))
    part.close()
    const [began, cpu] = [performance.now(), cpuMs()]
    await ingestJournal(db, { journalFolder, now: Date.now, texts })
    ingestMs += performance.now() - began
    ingestCpuMs += cpuMs() - cpu
  }
  result.ingestRowsPerSecond = Math.round((1000 * rows) / ingestMs)
  result.ingestRowsPerCpuSecond = Math.round((1000 * rows) / ingestCpuMs)
  let began = performance.now()
  await rollUp(db)
  result.rollUpRowsPerSecond = Math.round((1000 * rows) / (performance.now() - began))
  result.databaseBytes = statSync(join(folder, 'store.db')).size

  const sums = (query) =>
    query.select(({ fn }) => [fn.sum('requests').as('requests'), fn.sum('cost_nanousd').as('cost')])
  const usage = () => sums(db.selectFrom('usage_hours'))
  const aggregates = {
    total: () => usage().execute(),
    byHour: () => usage().select('hour').groupBy('hour').execute(),
    byModel: () => usage().select('model').groupBy('model').execute(),
    byKey: () => usage().select('key').groupBy('key').execute(),
    byTask: () => usage().select('task').groupBy('task').execute(),
    lastDayByModel: () =>
      usage()
        .select('model')
        .where('hour', '>=', Math.floor(now / 3_600_000) - 24)
        .groupBy('model')
        .execute(),
    latestRequests: () => db.selectFrom('requests').selectAll().orderBy('time', 'desc').limit(50).execute(),
    latestSessions: () =>
      db.selectFrom('sessions').selectAll().orderBy('last_time', 'desc').limit(50).execute(),
    oneRequest: () =>
      db.selectFrom('requests').selectAll().where('id', '=', 'rllm-0123456789ab-zz').execute(),
  }
  result.aggregateMs = {}
  for (const [name, run] of Object.entries(aggregates)) {
    const times = []
    for (let round = 0; round < 5; round++) {
      began = performance.now()
      await run()
      times.push(performance.now() - began)
    }
    result.aggregateMs[name] = {
      median: Number(times.toSorted((a, b) => a - b)[2].toFixed(1)),
      most: Number(Math.max(...times).toFixed(1)),
    }
  }

  const before = process.memoryUsage().rss
  let most = before
  let exported = 0
  began = performance.now()
  const file = createWriteStream(join(folder, 'export.jsonl'))
  for await (const page of exportRows(db, { what: 'requests', textFolder: folder, onMissingText() {} })) {
    exported += page.length
    if (!file.write(page.map((row) => `${JSON.stringify(row)}\n`).join('')))
      await new Promise((resolve) => file.once('drain', resolve))
    most = Math.max(most, process.memoryUsage().rss)
  }
  await new Promise((resolve) => file.end(resolve))
  result.export = {
    rows: exported,
    seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
    moreMemoryBytes: most - before,
  }

  // Retention in this process: the longest time that the event loop stood still is the longest step.
  let longest = 0
  let last = performance.now()
  let isOver = false
  const watch = (async () => {
    while (!isOver) {
      await wait(1)
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
  })()
  began = performance.now()
  const removed = await applyRetention(db, { now, days: 15, bytes: null, textFolder: join(folder, 'texts') })
  isOver = true
  await watch
  result.retention = {
    removed,
    seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
    longestStepMs: Number(longest.toFixed(1)),
  }
  await db.destroy()
  console.log(JSON.stringify(result, null, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
