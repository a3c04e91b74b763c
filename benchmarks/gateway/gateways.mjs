// The servers that the gateway benchmark compares, all in front of the same upstream.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientKeyHmac } from '../../dist/config/client-key.js'
import { freePort, start, startListening } from '../support/child.mjs'

export const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

const clientKey = 'rllm-benchmark-key-1'
const poolNames = Array.from({ length: 12 }, (_, index) => `m${index}`)

/** What a configuration adds to the pair: its YAML, and the model name and headers of the requests. */
const configurations = {
  /** The built-in router between two models. */
  pair: { yaml: () => '', model: 'router-mf-0.5' },
  'pair, no sessions': { yaml: () => 'sessions: off\n', model: 'router-mf-0.5' },
  /** What daily use has: a key with limits in requests, tokens and dollars, and a policy over twelve models. */
  pool: {
    yaml: () => `keys:
  bench:
    hmac: "${clientKeyHmac(clientKey)}"
    requestsPerMinute: 100000000
    tokensPerMinute: 100000000000
    usdPerDay: 1000000
policies:
  pool:
    kind: utility
    candidates: [${poolNames.join(', ')}]
    quality: { ${poolNames.map((name, index) => `${name}: ${(0.5 + 0.03 * index).toFixed(2)}`).join(', ')} }
    weights: { quality: 1, usd: 20, firstTokenSeconds: 0.01 }
`,
    model: 'policy-pool',
    headers: { authorization: `Bearer ${clientKey}` },
  },
}

/** Our server in one of `configurations`, in front of the upstream as a provider of a kind. @param store whether it keeps requests. */
export async function startRouteLLM(
  upstreamUrl,
  { core, nodeOptions = [], log, configuration = 'pair', kind = 'openai-compatible', store = false } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-bench-'))
  const config = join(folder, 'routellm.yaml')
  const { yaml, model, headers = {} } = configurations[configuration]
  const price = (index) =>
    `inputUsdPerMillionTokens: ${0.1 * (index + 1)}, outputUsdPerMillionTokens: ${0.5 * (index + 1)}, cacheReadUsdPerMillionTokens: ${0.01 * (index + 1)}`
  writeFileSync(
    config,
    `version: 1
providers:
  upstream: { kind: ${kind}, baseUrl: ${upstreamUrl}/v1${kind === 'openai' ? ', apiKeyEnv: BENCH_KEY' : ''} }
models:
  strong: { provider: upstream, upstream: bench-strong }
  weak: { provider: upstream, upstream: bench-weak }
${poolNames.map((name, index) => `  ${name}: { provider: upstream, upstream: bench-${index}, contextTokens: 128000, ${price(index)} }`).join('\n')}
routers:
  mf: {}
policy: { kind: pair, strong: strong, weak: weak }
auto: { router: mf, threshold: 0.5 }
store: ${store ? '{ path: ./store }' : 'off'}
${yaml()}`,
  )
  const port = await freePort()
  const args = [...nodeOptions, cli, 'serve', '--config', config, '--port', `${port}`]
  const env = { NODE_ENV: 'production', BENCH_KEY: 'sk-bench' }
  const running = start(args, { core, env, log })
  await untilReady(`http://127.0.0.1:${port}/ready`, running)
  // A store stays in the folder until the server has ended.
  if (store) running.child.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  else rmSync(folder, { recursive: true, force: true })
  return { ...running, url: `http://127.0.0.1:${port}`, model, headers }
}

/** Our server with nothing configured: the demonstration provider. */
export async function startDemo({ core } = {}) {
  const port = await freePort()
  const began = performance.now()
  const running = start([cli, 'serve', '--port', `${port}`], { core, env: { NODE_ENV: 'production' } })
  await untilReady(`http://127.0.0.1:${port}/ready`, running)
  return { ...running, url: `http://127.0.0.1:${port}`, readyMs: performance.now() - began }
}

/** @param {{ core?: number, nodeOptions?: readonly string[], log?: (text: string) => void }} [options] */
export async function startFloor(upstreamUrl, options = {}) {
  const running = await startListening(new URL('./floor.mjs', import.meta.url), {
    ...options,
    env: { UPSTREAM: upstreamUrl, NODE_ENV: 'production' },
  })
  return { ...running, model: 'bench', headers: {} }
}

/** @param {string} url answers 200 once the server is ready. */
export async function untilReady(url, { child, output }, seconds = 30) {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`)
    if (performance.now() > deadline)
      throw new Error(`${url} is not ready after ${seconds} s (${status}):\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
