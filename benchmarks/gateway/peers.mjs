// Other gateways that the benchmark compares, each installed in a folder of its own, in front of the same upstream.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, start } from '../support/child.mjs'
import { untilReady } from './gateways.mjs'

/** The peers that are installed, by their name: what starts them. @param {{ portkey?: string, python?: string }} folders */
export function findPeers({ portkey, python }) {
  const has = (name) => python !== undefined && existsSync(join(python, 'bin', name))
  return {
    ...(portkey !== undefined && { portkey: (url, options) => startPortkey(url, portkey, options) }),
    ...(has('litellm') && { litellm: (url, options) => startLiteLLM(url, python, options) }),
    ...(has('smg') && { smg: (url, options) => startSmg(url, python, options) }),
  }
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
async function startPortkey(upstreamUrl, folder, { core, nodeOptions = [], log } = {}) {
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

/**
 * LiteLLM's proxy: `python3 -m venv DIR && DIR/bin/pip install 'litellm[proxy]' smg`.
 *
 * @param {string} folder the virtual environment
 */
async function startLiteLLM(upstreamUrl, folder, { core } = {}) {
  const settings = mkdtempSync(join(tmpdir(), 'routellm-bench-'))
  const config = join(settings, 'config.yaml')
  const port = await freePort()
  writeFileSync(
    config,
    `model_list:
  - model_name: bench
    litellm_params: { model: openai/bench, api_base: ${upstreamUrl}/v1, api_key: sk-bench }
general_settings: { master_key: sk-bench-key-of-the-proxy }
`,
  )
  const env = { LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_MODE: 'PRODUCTION', LITELLM_LOG: 'ERROR' }
  const args = ['--config', config, '--host', '127.0.0.1', '--port', `${port}`, '--telemetry', 'False']
  const running = start(args, { core, env, program: join(folder, 'bin', 'litellm') })
  await untilReady(`http://127.0.0.1:${port}/health/liveliness`, running, 120)
  rmSync(settings, { recursive: true, force: true })
  const headers = { authorization: 'Bearer sk-bench-key-of-the-proxy' }
  return { ...running, url: `http://127.0.0.1:${port}`, model: 'bench', headers }
}

/** Shepherd Model Gateway, written in Rust: installed as LiteLLM is. */
async function startSmg(upstreamUrl, folder, { core } = {}) {
  const port = await freePort()
  const args = ['launch', '--host', '127.0.0.1', '--port', `${port}`, '--worker-urls', upstreamUrl]
  args.push('--backend', 'openai', '--history-backend', 'none', '--log-level', 'error')
  args.push('--prometheus-host', '127.0.0.1', '--prometheus-port', `${await freePort()}`)
  const running = start(args, { core, program: join(folder, 'bin', 'smg') })
  await untilReady(`http://127.0.0.1:${port}/readiness`, running)
  return { ...running, url: `http://127.0.0.1:${port}`, model: 'bench', headers: {} }
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
