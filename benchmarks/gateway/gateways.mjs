// The servers that the gateway benchmark compares, all in front of the same upstream.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, start, startListening } from '../support/child.mjs'

export const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Our server with the built-in router between two models of the upstream. */
export async function startRouteLLM(upstreamUrl, { core, nodeOptions = [], log } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-bench-'))
  const config = join(folder, 'routellm.yaml')
  writeFileSync(
    config,
    `version: 1
providers:
  upstream: { kind: openai-compatible, baseUrl: ${upstreamUrl}/v1 }
models:
  strong: { provider: upstream, upstream: bench-strong }
  weak: { provider: upstream, upstream: bench-weak }
routers:
  mf: {}
policy: { kind: pair, strong: strong, weak: weak }
auto: { router: mf, threshold: 0.5 }
`,
  )
  const port = await freePort()
  const args = [...nodeOptions, cli, 'serve', '--config', config, '--port', `${port}`]
  const running = start(args, { core, env: { NODE_ENV: 'production' }, log })
  await untilReady(`http://127.0.0.1:${port}/ready`, running)
  rmSync(folder, { recursive: true, force: true })
  return { ...running, url: `http://127.0.0.1:${port}`, model: 'router-mf-0.5', headers: {} }
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

/**
 * Portkey's gateway, installed in a folder of its own:
 *
 *     npm init -y && npm pkg set 'overrides[@hono/node-server]=1.3.3' && npm install @portkey-ai/gateway@1.15.2
 *
 * The package patches its HTTP server when it is installed and does not ship the patch. Without it, with the newest
 * server that npm would take, the headers of `fetch` are not copied, and Portkey, which appends to them, answers 500.
 * The oldest server that it allows copies them.
 *
 * @param {string} folder that folder; its node_modules/ holds the package
 */
export async function startPortkey(upstreamUrl, folder, { core, nodeOptions = [], log } = {}) {
  const port = await freePort()
  const program = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js')
  const loopbackOnly = fileURLToPath(new URL('./loopback-only.cjs', import.meta.url))
  const args = [...nodeOptions, '-r', loopbackOnly, program, `--port=${port}`, '--headless']
  const running = start(args, { core, env: { PORT: `${port}`, NODE_ENV: 'production' }, log })
  await untilReady(`http://127.0.0.1:${port}/`, running)
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstreamUrl}/v1` }
  const portkey = { ...running, url: `http://127.0.0.1:${port}`, model: 'bench', headers }
  await checkStream(portkey)
  return portkey
}

async function checkStream({ url, model, headers, output }) {
  const messages = [{ role: 'user', content: 'Hello' }]
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...headers },
    body: JSON.stringify({ model, stream: true, user: 'chunks=1,delay=0', messages }),
  })
  const body = await reply.text()
  if (reply.status === 200) return
  throw new Error(
    `Portkey answers ${reply.status} to a stream (${body}). Install it as gateways.mjs says.\n${output()}`,
  )
}

async function untilReady(url, { child, output }) {
  const deadline = performance.now() + 30_000
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`)
    if (performance.now() > deadline)
      throw new Error(`${url} is not ready after 30 s (${status}):\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
