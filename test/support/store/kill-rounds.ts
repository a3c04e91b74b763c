import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { builtCli } from '../run-program.ts'
import { freePort } from '../served-demo.ts'
import type { CountingUpstream } from './counting-upstream.ts'

/** What clients have had from a gateway that was killed again and again. */
export type Acknowledged = {
  /** Gateway's id of a request → the name that the upstream knows it by. */
  readonly requests: Map<string, string>
  /** Id of feedback → the gateway's id of its request. */
  readonly feedback: Map<string, string>
}

export const storeKey = 'store-test-key-0123456789'
export const inputUsdPerMillion = 3
export const outputUsdPerMillion = 15
export const budgetUsd = 100_000

/** A configuration with one model, one key with a budget, and a store in the same folder. */
export function writeStoreConfig(folder: string, upstream: string, hmac: string, store = ''): string {
  const file = join(folder, 'routellm.yaml')
  writeFileSync(
    file,
    `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "${upstream}", apiKeyEnv: UP_KEY } }
models:
  one: { provider: up, upstream: one, inputUsdPerMillionTokens: ${inputUsdPerMillion}, outputUsdPerMillionTokens: ${outputUsdPerMillion} }
routers: { random: {} }
policy: { kind: pair, strong: one, weak: up/other }
keys: { web: { hmac: "${hmac}", usdPerMonth: ${budgetUsd} } }
${store}
`,
  )
  return file
}

/** A served gateway that can be killed. */
export type Served = { readonly url: string; readonly child: ChildProcess; readonly said: () => string }

export async function serveStore(config: string, args: readonly string[] = []): Promise<Served> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [builtCli, 'serve', '--config', config, '--port', `${port}`, ...args],
    {
      env: { ...process.env, UP_KEY: 'planted-upstream-key' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8000)
  })
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 60_000
  for (;;) {
    const status = await fetch(`${url}/ready`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return { url, child, said: () => said }
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the gateway did not start:\n${said}`)
    }
    await after(15)
  }
}

/** @returns its exit code; null after a signal. */
export async function endServed({ child }: Served, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}

/**
 * Serves, sends requests from all sides, and kills the gateway in the middle of them: not before something was acknowledged,
 * however slow the machine is.
 */
export async function killUnderLoad(
  config: string,
  acknowledged: Acknowledged,
  options: {
    readonly clients: number
    readonly killAfterMs: number
    readonly firstName: number
    readonly awaits: keyof Acknowledged
  },
): Promise<number> {
  const served = await serveStore(config)
  let name = options.firstName
  let isOver = false
  const clients = Array.from({ length: options.clients }, async () => {
    while (!isOver) {
      const own = name++
      // A killed gateway ends the client's connections.
      const id = await sendRequest(
        served.url,
        own,
        own % 2 === 0,
        requestKinds[own % requestKinds.length],
      ).catch(() => null)
      if (id === null) continue
      acknowledged.requests.set(id, `${own}`)
      if (own % 4 !== 0) continue
      const feedbackId = `feedback-${own}`
      if (await sendFeedback(served.url, id, feedbackId).catch(() => false))
        acknowledged.feedback.set(feedbackId, id)
    }
  })
  const before = acknowledged[options.awaits].size
  const deadline = Date.now() + 10_000
  await after(options.killAfterMs)
  while (acknowledged[options.awaits].size === before && Date.now() < deadline) await after(5)
  await endServed(served, 'SIGKILL')
  isOver = true
  await Promise.all(clients)
  return name
}

/** The API that a request comes over: its path, its field of the prompt, and the last event of its streams. */
type RequestKind = {
  readonly path: string
  readonly prompt: string
  readonly end: string
  readonly more?: object
}

const chat: RequestKind = { path: 'chat/completions', prompt: 'messages', end: 'data: [DONE]' }
const messages: RequestKind = {
  path: 'messages',
  prompt: 'messages',
  end: '"type":"message_stop"',
  more: { max_tokens: 1000 },
}
const responses: RequestKind = { path: 'responses', prompt: 'input', end: '"type":"response.completed"' }
export const requestKinds = [chat, messages, chat, responses, responses, chat, messages]

/** @returns the gateway's id once the whole reply is there, as a client understands it. */
export async function sendRequest(
  url: string,
  name: number,
  stream: boolean,
  { path, prompt, end, more }: RequestKind = chat,
): Promise<string> {
  const said = [{ role: 'user', content: `request ${name}` }]
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}` },
    body: JSON.stringify({ model: 'one', stream, [prompt]: said, ...more }),
  })
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`)
  const id = response.headers.get('x-routellm-request-id') ?? ''
  if (!stream) {
    await response.text()
    return id
  }
  let text = ''
  // Clients of a stream stop at its last event.
  for await (const part of response.body ?? []) {
    text += Buffer.from(part).toString('latin1')
    if (text.includes(end)) return id
  }
  throw new Error('the stream broke off')
}

export async function sendFeedback(url: string, requestId: string, id: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}` },
    body: JSON.stringify({ requestId, id, thumbs: 'up' }),
  })
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`)
  return true
}

/** Integer nano-dollars of a request that the upstream has answered. */
export function nanoUsdOf(upstream: CountingUpstream, name: string): number {
  const tokens = upstream.served.get(name)
  if (tokens === undefined) throw new Error(`the upstream has no request ${name}`)
  return Math.round(tokens.input * inputUsdPerMillion * 1000 + tokens.output * outputUsdPerMillion * 1000)
}
