import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientKeyHmac, newClientKey } from '../../src/config/client-key.ts'
import { edgeModules, type RunningEdge } from '../support/edge/start-edge.ts'
import { bundleWorker } from '../support/edge/start-workerd.ts'
import { startWorker } from '../support/edge/workerd.ts'
import { project } from '../support/run-program.ts'

const key = newClientKey()
let edge: RunningEdge
beforeAll(async () => {
  const page = await readFile(join(project, 'docs', 'edge.md'), 'utf8')
  const worker = /`worker\.js`:\n\n```js\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const flags = /compatibility_flags = \[([^\]]*)\]/.exec(page)?.[1]?.match(/\w+/g) ?? []
  const ownKey = worker.replace(/hmac-sha256:[0-9a-f:]+/, clientKeyHmac(key))
  const { artifacts } = await edgeModules()
  edge = await startWorker({
    modules: { 'worker.js': await bundleWorker(ownKey), 'routers.js': artifacts },
    bindings: { OPENAI_API_KEY: 'sk-not-a-key-of-anybody' },
    compatibilityFlags: flags,
  })
})
afterAll(() => edge?.close())

it('the worker of docs/edge.md decides for its client key', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${edge.url}/v1/route`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'auto', prompt: 'Prove that there are infinitely many primes.' }),
    })
  expect((await ask({})).status).toBe(401)
  const response = await ask({ authorization: `Bearer ${key}` })
  expect(await response.json()).toMatchObject({ reason: 'routed', model: 'large', router: 'mf' })
})
