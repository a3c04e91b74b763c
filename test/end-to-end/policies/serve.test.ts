import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'

const pair = 'kind: pair, strong: strong, weak: weak, router: length'
const file = `version: 1
routers: { length: {} }
policies:
  dear: { ${pair}, threshold: 0 }
  dear-2: { ${pair}, threshold: 1 }
auto: { policy: dear }
`
const options = { apiKeys: {}, routerDependencies: { embedderOptions: {}, hub: {} } }

let gateway: Gateway
let server: Server
let url: string
beforeAll(async () => {
  gateway = await buildGateway(parseConfig(file, 'f.yaml'), options)
  server = createServer(gateway)
  url = (await server.listen({ port: 0 })).url
})
afterAll(async () => {
  await server.close()
  await gateway.close()
})

function chat(model: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  })
}

it.each([
  ['policy-dear', 'dear', 'strong', '0'],
  ['policy-dear-2', 'dear-2', 'weak', '1'],
  ['auto', 'dear', 'strong', '0'],
])('%s is answered by the policy %s', async (model, policy, answers, threshold) => {
  const { status, headers } = await chat(model)
  expect(status).toBe(200)
  expect(headers.get('x-routellm-policy')).toBe(policy)
  expect(headers.get('x-routellm-model')).toBe(answers)
  expect(headers.get('x-routellm-router')).toBe('length')
  expect(headers.get('x-routellm-threshold')).toBe(threshold)
  expect(await gateway.explain({ model, prompt: 'Hi' })).toMatchObject({ policy, model: answers })
})

it.each([
  ['policy-dea', 'unknown_policy'],
  ['policy-', 'bad_model_name'],
])('%s is refused: %s', async (model, code) => {
  const reply = await chat(model)
  expect(reply.status).toBe(400)
  const { error } = (await reply.json()) as { error: { code: string; message: string } }
  expect(error.code).toBe(code)
  if (code === 'unknown_policy') expect(error.message).toContain('Policies: dear, dear-2')
})

it('GET /v1/models lists the policies', async () => {
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['policy-dear', 'policy-dear-2']))
})

it('a policy that cannot be created is an error with its path', async () => {
  const config = parseConfig(file, 'f.yaml')
  const policies = [{ ...config.policies[0]!, router: 'none' }]
  await expect(buildGateway({ ...config, policies }, options)).rejects.toMatchObject({
    code: 'bad-policy',
    param: 'policies.dear',
  })
})
