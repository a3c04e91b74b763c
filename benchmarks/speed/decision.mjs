// How long one decision of the built-in router takes, on one core, beside references measured in the same process.
// Every text is a different one, so that no cache helps. Needs the build: npm run build.
//   node benchmarks/speed/decision.mjs [--json]
import { pathToFileURL } from 'node:url'
import { builtinArtifactFolder } from '../../dist/base/artifact/builtin-folder.js'
import { loadRouterArtifact } from '../../dist/base/artifact/load.js'
import { createRandom } from '../../dist/base/math/random.js'
import { noNeeds } from '../../dist/routing/catalogue/request-needs.js'
import { loadEmbedder } from '../../dist/routing/embedding/registry.js'
import { createMatrixFactorizationRouter } from '../../dist/routing/routers/mf/router.js'
import { weightsOfArtifact } from '../../dist/routing/routers/mf/weights.js'
import { loadTaskReader } from '../../dist/routing/tasks/task-reader.js'
import { prose } from '../support/prose.mjs'
import { poolDecider } from './pool.mjs'

/** Every figure at once. Times are on the clock, so a busy machine shows in p99; `cpuMs` is the mean CPU time per call. */
export async function decisionBenchmark() {
  const shared = new Map()
  const router = await loadRouter(shared)
  const taskReader = await loadTaskReader({ shared })
  const random = createRandom(1)
  const reference = {
    multiplyAdd1MMs: timed(() => multiplyAdd(1_000_000), 50).p50Ms,
    parse100kBMs: timed(parser(), 50).p50Ms,
  }
  const prosesOf = (characters, count) => Array.from({ length: count }, () => prose(characters, random))
  const result = {
    decision440: decisions(router, prosesOf(440, 7000), 1000),
    decision1000: decisions(router, prosesOf(1000, 7000), 1000),
    decision1000WithTask: decisions(naming(router, taskReader), prosesOf(1000, 7000), 1000),
    decisionPool12WithSession: poolDecisions(await loadPool(shared, taskReader), prosesOf(1000, 4000), 1000),
    decision8000: decisions(router, prosesOf(8000, 1100), 100),
    decision1MB: decisions(router, prosesOf(1_000_000, 80), 20),
    decisionUnknownWords8000: decisions(
      router,
      Array.from({ length: 600 }, () => letters(8000, random)),
      100,
    ),
    decisionChinese8000: decisions(
      router,
      Array.from({ length: 600 }, () => ideographs(8000, random)),
      100,
    ),
    batch1000: await batch(router, prosesOf(1000, 6000)),
  }
  const ratio = result.decision1000.p50Ms / reference.multiplyAdd1MMs
  return {
    node: process.version,
    reference,
    ...result,
    ratioToMultiplyAdd1M: round(ratio),
    targets: targets(result),
  }
}

function targets({ decision1000, decisionPool12WithSession, decision1MB, batch1000 }) {
  return {
    '12 candidates and a session: p99 <= 1 ms, no promise':
      decisionPool12WithSession.p99Ms <= 1 && decisionPool12WithSession.promises === 0,
    'p50 <= 0.3 ms': decision1000.p50Ms <= 0.3,
    'p99 <= 1 ms': decision1000.p99Ms <= 1,
    '>= 3000 prompts/s in batch': batch1000.promptsPerSecond >= 3000,
    '1 MB prompt < 1 ms': decision1MB.p50Ms < 1,
  }
}

/** The router and the reader of the kind of work, as a gateway asks them. */
function naming(router, taskReader) {
  return {
    strongWinRate(prompt) {
      router.strongWinRate(prompt)
      taskReader.taskOf(prompt.text)
    },
  }
}

async function loadRouter(shared) {
  const artifact = await loadRouterArtifact(builtinArtifactFolder())
  return createMatrixFactorizationRouter({
    name: 'mf',
    weights: weightsOfArtifact(artifact, builtinArtifactFolder()),
    pair: artifact.manifest.pair,
    embedder: await loadEmbedder('builtin', { shared }),
  })
}

async function loadPool(shared, taskReader) {
  const artifact = await loadRouterArtifact(builtinArtifactFolder())
  const weights = weightsOfArtifact(artifact, builtinArtifactFolder())
  return poolDecider({ weights, embedder: await loadEmbedder('builtin', { shared }), taskReader })
}

/** Each decision is of a conversation of five turns, after a call that changes one candidate's percentiles. */
function poolDecisions({ decider, observed, finishedCall, names }, texts, warmUp) {
  let at = 0
  let promises = 0
  const run = () => {
    const content = texts[at]
    const decision = decider.decide({
      model: 'auto',
      messages: [
        { role: 'user', content: `Conversation ${at % 500}: ${texts[at % 500].slice(0, 200)}` },
        { role: 'assistant', content: 'Here it is.' },
        { role: 'user', content: 'And now?' },
        { role: 'assistant', content: 'It is done.' },
        { role: 'user', content },
      ],
      needs: { ...noNeeds, inputTokens: 400 },
      origin: { headers: {}, body: {} },
    })
    if (decision instanceof Promise) promises++
    observed.add(finishedCall(names[at % names.length], at))
    at++
  }
  for (let i = 0; i < warmUp; i++) run()
  return { ...timed(run, texts.length - warmUp), promises }
}

function decisions(router, texts, warmUp) {
  let at = 0
  const decide = () => router.strongWinRate({ text: texts[at++], system: '' })
  for (let i = 0; i < warmUp; i++) decide()
  return timed(decide, texts.length - warmUp)
}

async function batch(router, texts) {
  const prompts = texts.map((text) => ({ text, system: '' }))
  const begin = process.hrtime.bigint()
  await router.strongWinRates(prompts)
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9
  return { prompts: texts.length, promptsPerSecond: Math.round(texts.length / seconds) }
}

function timed(run, times) {
  const took = new Float64Array(times)
  const cpuBefore = process.cpuUsage()
  for (let i = 0; i < times; i++) {
    const begin = process.hrtime.bigint()
    run()
    took[i] = Number(process.hrtime.bigint() - begin) / 1e6
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  took.sort()
  const at = (share) => round(took[Math.min(times - 1, Math.floor(share * times))])
  return {
    times,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: round(took[times - 1]),
    cpuMs: round((user + system) / 1000 / times),
  }
}

function letters(characters, random) {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz   '
  const codes = Array.from({ length: characters }, () => alphabet.charCodeAt(random.nextInt(29)))
  return Buffer.from(codes).toString('latin1')
}

function ideographs(characters, random) {
  const codes = Uint16Array.from({ length: characters }, () => 0x4e00 + random.nextInt(8000))
  return Buffer.from(codes.buffer).toString('utf16le')
}

function multiplyAdd(count) {
  let sum = 0
  for (let i = 0; i < count; i++) sum = sum * 0.999 + i
  return sum
}

function parser() {
  const json = JSON.stringify(
    Array.from({ length: 1100 }, (_, i) => ({ id: i, text: 'x'.repeat(60), value: i / 7 })),
  )
  return () => JSON.parse(json)
}

function round(value) {
  return Number(value.toPrecision(3))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = await decisionBenchmark()
  console.log(process.argv.includes('--json') ? JSON.stringify(report) : JSON.stringify(report, null, 2))
}
