import { expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { loadBuiltinEmbedder } from '../../../src/routing/embedding/builtin/embedder.ts'
import { decodeFeatures, encodeFeatures } from '../../../src/routing/embedding/builtin/features.ts'
import { createServer } from '../../../src/server/server.ts'

const prompt = 'Prove that there are infinitely many primes.'
const options = { apiKeys: {}, routerDependencies: { embedderOptions: {}, hub: {} } }

/** What a server with this configuration keeps of a request for each model. */
async function keptOf(store: string, models: readonly string[]): Promise<RequestRecord[]> {
  const file = `version: 1\nrouters: { mf: {} }\nstore: ${store}\n`
  const gateway = await buildGateway(parseConfig(file, 'f.yaml'), options)
  const kept: RequestRecord[] = []
  const keeper = { keepsText: false, keep: (record: RequestRecord) => void kept.push(record), amend() {} }
  const server = createServer(gateway, { keeper })
  try {
    const { url } = await server.listen({ port: 0 })
    for (const model of models)
      await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
      }).then((reply) => reply.text())
  } finally {
    await server.close()
    await gateway.close()
  }
  return kept
}

it('a request that is routed is kept with the vector of its prompt, and one that names its model without', async () => {
  const kept = await keptOf('{}', ['auto', 'strong'])
  const vector = (await loadBuiltinEmbedder()).embedNow(prompt)
  expect(kept.map(({ features }) => features)).toEqual([encodeFeatures(vector), null])
  expect(decodeFeatures(kept[0]!.features!)).toHaveLength(vector.length)
})

it.each(['off', '{ features: none }'])('store: %s makes no vectors', async (store) => {
  expect((await keptOf(store, ['auto']))[0]!.features).toBeNull()
})
