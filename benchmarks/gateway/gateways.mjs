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
 * Portkey's gateway, where somebody installed `@portkey-ai/gateway` in a folder of its own.
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
  return { ...running, url: `http://127.0.0.1:${port}`, model: 'bench', headers }
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
