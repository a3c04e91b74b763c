import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'
import { answers, completionOf, jsonText, usage } from '../../support/cascade/cascade-under-test.ts'
import { routellm } from '../../support/command-line.ts'
import { project } from '../../support/run-program.ts'
import { startUpstream, type Upstream } from '../../support/upstream.ts'

// Like the labels of examples/answered.jsonl, but none of them.
const prompt = 'Ines has 17 boxes of 19 pens and gives 5 away. How many pens are left?'
const right = 'There are 17 * 19 = 323 pens. Then 323 - 5 = 318. The answer is 318.'
const wrong = 'There are 17 * 19 = 313 pens. Then 313 - 5 = 308. The answer is 308.'
const strong = 'The answer is 318.'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trained-cascade-'))
  const labels = join(project, 'examples', 'answered.jsonl')
  const argv = ['--labels', labels, '--strong-model', 'large', '--weak-model', 'small', '--output', 'checks']
  const { exitCode, stderr } = await routellm(['train', 'cascade', ...argv], { folder })
  expect([exitCode, stderr]).toEqual([0, expect.anything()])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let upstream: Upstream
let gateway: Gateway
let server: Server
let url: string
const records: RequestRecord[] = []
beforeEach(async () => {
  records.length = 0
  upstream = await startUpstream()
  const config = `version: 1
providers: { main: { kind: openai-compatible, baseUrl: "${upstream.baseUrl}" } }
models:
  large: { provider: main, upstream: big-model, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 20 }
  small: { provider: main, upstream: small-model, inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0.2 }
policy: { strong: large, weak: small }
policies:
  checked: { kind: cascade, strong: large, weak: small, verifier: ./checks, threshold: 0.5 }
auto: { policy: checked }
`
  gateway = await buildGateway(parseConfig(config, join(folder, 'routellm.yaml')), {
    apiKeys: {},
    routerDependencies: { embedderOptions: {}, hub: {} },
  })
  server = createServer(gateway, { observers: [(record) => records.push(record)] })
  url = (await server.listen({ port: 0 })).url
})
afterEach(async () => {
  await server.close()
  await gateway.close()
  await upstream.close()
})

async function chat(): Promise<Response> {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] }),
  })
  expect(reply.status).toBe(200)
  return reply
}

const asked = () => upstream.seen.map(({ body }): string => JSON.parse(body.toString()).model)
const [smallUsd, largeUsd] = [[0.1, 0.2] as const, [10, 20] as const].map(
  ([input, output]) => (usage.prompt_tokens * input + usage.completion_tokens * output) / 1e6,
)

describe('a cascade whose verifier was trained by routellm train cascade', () => {
  it('keeps an answer of the weak model whose sums hold', async () => {
    upstream.answer(answers(jsonText(completionOf(right)), jsonText(completionOf(strong))))
    const reply = await chat()
    expect(await reply.text()).toBe(completionOf(right))
    expect(reply.headers.get('x-routellm-model')).toBe('small')
    expect(Number(reply.headers.get('x-routellm-strong-win-rate'))).toBeLessThan(0.5)
    expect(asked()).toEqual(['small-model'])
    await server.close()
    expect(records).toMatchObject([
      { model: 'small', policy: 'checked', threshold: 0.5, attempts: 1, otherCalls: [] },
    ])
    expect(records[0]!.usd).toBeCloseTo(smallUsd!, 15)
  })

  it('asks the strong model after an answer whose sum does not hold, and accounts for both calls', async () => {
    upstream.answer(answers(jsonText(completionOf(wrong)), jsonText(completionOf(strong))))
    const reply = await chat()
    expect(await reply.text()).toBe(completionOf(strong))
    expect(reply.headers.get('x-routellm-model')).toBe('large')
    const winRate = Number(reply.headers.get('x-routellm-strong-win-rate'))
    expect(winRate).toBeGreaterThan(0.5)
    expect(asked()).toEqual(['small-model', 'big-model'])
    await server.close()
    expect(records).toMatchObject([
      {
        model: 'large',
        policy: 'checked',
        strongWinRate: winRate,
        attempts: 2,
        call: { model: 'large', tokens: { input: usage.prompt_tokens } },
        otherCalls: [{ model: 'small', tokens: { output: usage.completion_tokens } }],
      },
    ])
    expect(records[0]!.usd).toBeCloseTo(smallUsd! + largeUsd!, 15)
  })
})
