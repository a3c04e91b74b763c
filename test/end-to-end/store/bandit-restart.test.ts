import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { type CountingUpstream, startCountingUpstream } from '../../support/store/counting-upstream.ts'
import { endServed, type Served, serveStore, storeKey } from '../../support/store/kill-rounds.ts'

let folder: string
let upstream: CountingUpstream
let served: Served | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-bandit-'))
  upstream = await startCountingUpstream()
})
afterAll(async () => {
  if (served !== undefined) await endServed(served, 'SIGINT')
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

async function post(path: string, body: object): Promise<Response> {
  const reply = await fetch(`${served!.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}` },
    body: JSON.stringify(body),
  })
  expect(reply.status).toBe(200)
  return reply
}

async function readScores(): Promise<number[]> {
  const reply = await post('/v1/route', { model: 'policy-learner', prompt: 'request 7' })
  const { candidates } = (await reply.json()) as { candidates: { score: number }[] }
  return candidates.map(({ score }) => score)
}

it('what a bandit has learnt is there after a restart, whoever kills it', async () => {
  const config = join(folder, 'routellm.yaml')
  const model = 'provider: up, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 15'
  writeFileSync(
    config,
    `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "${upstream.url}", apiKeyEnv: UP_KEY } }
models: { one: { ${model} }, two: { ${model} } }
routers: { random: {} }
policy: { kind: pair, strong: one, weak: two }
policies: { learner: { kind: bandit, candidates: [one, two], usdPerRequest: 0.01, trustedKeys: [web] } }
keys: { web: { hmac: "${clientKeyHmac(storeKey)}" } }
`,
  )
  served = await serveStore(config)
  expect(await readScores()).toEqual([0.5, 0.5])
  for (let name = 1; name <= 16; name++) {
    const messages = [{ role: 'user', content: `request ${name}` }]
    const reply = await post('/v1/chat/completions', { model: 'policy-learner', messages })
    await reply.text()
    const requestId = reply.headers.get('x-routellm-request-id')
    const answered = reply.headers.get('x-routellm-model')
    await post('/v1/feedback', { requestId, thumbs: answered === 'two' ? 'up' : 'down' })
  }
  const learnt = await readScores()
  expect(learnt[1]! - learnt[0]!).toBeGreaterThan(0.2)
  await endServed(served, 'SIGKILL')
  served = await serveStore(config)
  expect(await readScores()).toEqual(learnt.map((score) => expect.closeTo(score, 9)))
})
