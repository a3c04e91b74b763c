import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'

const file = `version: 1
routers: { length: {} }
policies:
  learner: { kind: bandit, candidates: [strong, weak], explorationFloor: 0.04 }
auto: { policy: learner }
`
const options = { apiKeys: {}, routerDependencies: { embedderOptions: {}, hub: {} } }

const keeper = { keepsText: false, keep() {}, amend() {} }
const feedback = {
  addFeedback: async () => {},
  findRequest: async (id: string) => ({ id, key: null }),
}

let gateway: Gateway
let server: Server
let url: string
beforeAll(async () => {
  gateway = await buildGateway(parseConfig(file, 'f.yaml'), options)
  server = createServer(gateway, { keeper, feedback })
  url = (await server.listen({ port: 0 })).url
})
afterAll(async () => {
  await server.close()
  await gateway.close()
})

const post = (path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const explain = () => gateway.explain({ model: 'auto', prompt: 'Translate this to French: good morning' })

it('learns from feedback which model answers well', async () => {
  const before = await explain()
  expect(before.candidates!.map(({ score }) => score)).toEqual([0.5, 0.5])
  expect(before.explanation.summary).toContain('was drawn with the probability 0.5')
  const answered = new Map<string, number>()
  for (let turn = 0; turn < 40; turn++) {
    const content = `Translate this to French: number ${turn}`
    const reply = await post('/v1/chat/completions', { model: 'auto', messages: [{ role: 'user', content }] })
    await reply.text()
    const model = reply.headers.get('x-routellm-model')!
    answered.set(model, (answered.get(model) ?? 0) + 1)
    const requestId = reply.headers.get('x-routellm-request-id')!
    const said = await post('/v1/feedback', { requestId, thumbs: model === 'weak' ? 'up' : 'down' })
    expect(said.status).toBe(200)
  }
  const [strong, weak] = (await explain()).candidates!.map(({ score }) => score!)
  expect(weak!).toBeGreaterThan(0.9)
  expect(strong!).toBeLessThan(0.5)
  expect(answered.get('weak')!).toBeGreaterThan(answered.get('strong') ?? 0)
})
