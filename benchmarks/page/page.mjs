// How long the page's API and its views take on a month of requests.
//   node benchmarks/page/page.mjs [--rows 1000000] [--store FOLDER] [--runs 5] [--only curve] [--json]      needs `npm run build`
// With --store the store is kept in FOLDER, and made there if it is not. Making it takes some minutes and a GB of disk. Views are
// measured if there is a chromium (ROUTELLM_CHROMIUM, or /usr/bin/chromium). A machine with other work measures that too.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeStore } from './make-store.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    store: { type: 'string' },
    /** Routes and views whose name has this in it. */
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const runs = Number(options.runs)
const folder = options.store ?? mkdtempSync(join(tmpdir(), 'routellm-page-'))
const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname
const token = 'token-of-the-benchmark'
const dayMs = 86_400_000
const round = (ms) => Number(ms.toFixed(1))
const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1]

const config = `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, upstream: strong, inputUsdPerMillionTokens: 3, cacheReadUsdPerMillionTokens: 0.3, outputUsdPerMillionTokens: 15, energy: { wattHoursPerMillionOutputTokens: { low: 200, high: 400 }, source: made up } }
  medium: { provider: demo, upstream: medium, inputUsdPerMillionTokens: 1, cacheReadUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 5 }
  small: { provider: demo, upstream: weak, inputUsdPerMillionTokens: 0.2, outputUsdPerMillionTokens: 0.8 }
policy: { kind: pair, strong: large, weak: small }
policies:
  halves: { kind: pair, strong: large, weak: small, router: mf, threshold: 0.45 }
  frugal: { kind: cheapest-good-enough, candidates: [large, medium, small], quality: { large: 0.9, medium: 0.8, small: 0.6 }, tolerance: 0.05 }
auto: { policy: halves }
`

/** Parameters of a time and a filter; `to` is a whole minute, as the page asks. */
function parameters(days, filter = {}) {
  const to = Math.ceil(Date.now() / 60_000) * 60_000
  return new URLSearchParams({ from: String(to - days * dayMs), to: String(to), ...filter })
}

function* routes() {
  const filters = [
    {},
    { key: 'key-0' },
    { key: 'key-30' },
    { policy: 'frugal' },
    { model: 'small' },
    { tag: 'contract' },
  ]
  for (const days of [1, 7, 30])
    for (const filter of filters)
      for (const route of ['overview', 'saving', 'energy', 'requests', 'sessions']) {
        if (route === 'sessions' && filter.model !== undefined) continue
        yield [
          `${route}, ${days} d${Object.entries(filter)
            .map(([name, value]) => `, ${name} ${value}`)
            .join('')}`,
          `/${route}?${parameters(days, filter)}`,
        ]
      }
  for (const order of ['dearest', 'longest'])
    yield [`sessions, 30 d, ${order}`, `/sessions?${parameters(30, { order })}`]
  yield ['saving, 30 d, another baseline', `/saving?${parameters(30, { baseline: 'small' })}`]
  yield ['sessions, by an id', `/sessions?${parameters(1, { id: 'session-1r' })}`]
  yield ['one session', '/sessions/turns?id=session-1r-9f2c41d07b']
  yield ['requests of a session', '/requests?session=session-1r-9f2c41d07b']
  yield ['one request', '/requests/rllm-0123456789ab-5yc']
  yield ['names, 30 d', `/names?${parameters(30).toString()}`]
  for (const days of [1, 7, 30]) {
    for (const policy of ['auto', 'frugal'])
      for (const filter of [{}, { key: 'key-30' }, { tag: 'contract' }])
        yield [
          `curve, ${days} d, ${policy} ${Object.values(filter)}`,
          `/curve?${parameters(days, { policy, ...filter })}`,
        ]
    yield [
      `moves, ${days} d`,
      `/curve/moves?${parameters(days, { policy: 'auto', served: '0.45', setting: '0.5' })}`,
    ]
  }
  yield ['curve, policies', '/curve/policies']
  yield ['label, queue', '/label']
  yield ['label, figures', '/label/figures']
  yield ['routers', '/routers']
  yield ['versions', '/routers/versions?policy=auto']
  yield ['audit', '/audit']
  yield ['learn', '/learn']
  yield ['difference', '/difference']
  yield ['keys', '/keys']
  yield ['keys, usage', '/keys/usage']
  yield ['keys, cost', '/keys/cost']
  yield ['keys, cost of a key', '/keys/cost?key=key-0']
  yield ['status', '/status']
  yield ['models', '/models']
}

/** Each first once, then again: the first one finds the caches of the thread cold. */
async function measureRoutes(url) {
  const results = {}
  for (const [name, path] of routes()) {
    if (!name.includes(options.only)) continue
    const times = []
    let status = 0
    for (let run = 0; run <= runs; run++) {
      const began = performance.now()
      const response = await fetch(`${url}/admin/api${path}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      await response.arrayBuffer()
      times.push(performance.now() - began)
      status = response.status
      if (status !== 200) break
    }
    const [first, ...again] = times
    results[name] = {
      status,
      firstMs: round(first),
      medianMs: round(median(again) ?? first),
      mostMs: round(Math.max(...again, 0)),
    }
  }
  return results
}

const views = {
  '/': '.saving .figure',
  '/curve': '.curve-chart, .chart svg',
  '/requests': 'tbody tr',
  '/sessions': '.strip',
  '/sessions/session-1r-9f2c41d07b': '.turn',
  '/label': '.empty, .answers',
  '/routers': '.card',
  '/playground': 'textarea',
  '/keys': 'main table, main section',
}

/**
 * Runs in the page: notes the frame after the change that shows something. It looks when the document changes, because to ask for each
 * frame makes the browser draw each, which takes from the page what is measured. Playwright itself looks every half second after the
 * first tries.
 */
function noteFrame(selector) {
  const observer = new MutationObserver(() => {
    if (![...document.querySelectorAll(selector)].some((each) => each.checkVisibility())) return
    observer.disconnect()
    requestAnimationFrame(() => {
      document.documentElement.dataset.seenAt = String(performance.now())
    })
  })
  observer.observe(document, { childList: true, subtree: true })
}

/** From the navigation to the frame in which a view shows its data, and to the first paint. */
async function measureViews(url) {
  const executablePath = process.env.ROUTELLM_CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) return null
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  const results = {}
  try {
    for (const [path, ready] of Object.entries(views)) {
      if (!path.includes(options.only)) continue
      const [times, paints] = [[], []]
      for (let run = 0; run < runs; run++) {
        const context = await browser.newContext()
        await context.request.post(`${url}/admin/api/session`, { data: { token }, headers: { origin: url } })
        const page = await context.newPage()
        await page.addInitScript(noteFrame, ready)
        await page.goto(url + path)
        const seen = page.locator('html[data-seen-at]')
        await seen.waitFor({ state: 'attached' })
        times.push(Number(await seen.getAttribute('data-seen-at')))
        paints.push(
          await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`),
        )
        await context.close()
      }
      results[path] = {
        interactiveMs: round(median(times)),
        mostMs: round(Math.max(...times)),
        firstPaintMs: round(median(paints)),
      }
    }
  } finally {
    await browser.close()
  }
  return results
}

async function serve() {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--json'], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    env: { ...process.env, ROUTELLM_ADMIN_TOKEN: token },
  })
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  const stop = async () => {
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    await over
  }
  return { url: JSON.parse(line).url, stop }
}

function printTable(rows) {
  for (const [name, row] of Object.entries(rows))
    console.log(
      `${name.padEnd(44)} ${Object.entries(row)
        .map(([key, value]) => `${key} ${value}`)
        .join('  ')}`,
    )
}

try {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'routellm.yaml'), config)
  const store = join(folder, '.routellm')
  if (!existsSync(store)) await makeStore(store, Number(options.rows), Date.now() - 60_000)
  const served = await serve()
  try {
    const result = { node: process.version, rows: Number(options.rows), load: round(loadavg()[0]) }
    result.routes = await measureRoutes(served.url)
    result.views = await measureViews(served.url)
    if (options.json) console.log(JSON.stringify(result, null, 2))
    else {
      console.log(`load ${result.load}`)
      printTable(result.routes)
      if (result.views !== null) printTable(result.views)
    }
  } finally {
    await served.stop()
  }
} finally {
  if (options.store === undefined) rmSync(folder, { recursive: true, force: true })
}
