// The server inside your own program, in front of two OpenAI-compatible upstreams.
import { parseConfig } from 'routellm'
import { buildGateway, createServer } from 'routellm/server'

const baseUrl = process.env.ROUTELLM_URL ?? 'http://127.0.0.1:6060/v1'

const config = parseConfig(
  `version: 1
providers:
  large: { kind: openai-compatible, baseUrl: "${baseUrl}" }
  small: { kind: openai-compatible, baseUrl: "${baseUrl}" }
models:
  strong: { provider: large, upstream: strong }
  weak: { provider: small, upstream: weak }
policy: { kind: pair, strong: strong, weak: weak }
auto: { router: mf, threshold: 0.5 }
`,
  'two-upstreams.ts',
)
// Keys by provider name; upstreams on this machine need none.
const gateway = await buildGateway(config, {
  apiKeys: {},
  routerDependencies: { embedderOptions: {}, hub: {} },
})
const server = createServer(gateway)
const { url } = await server.listen({ port: 0 })

const reply = await fetch(`${url}/v1/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'What is 2 + 2?' }] }),
})
console.log(`answered by ${reply.headers.get('x-routellm-model')}: ${await reply.text()}`)

await server.close()
await gateway.close()
