import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { loadCustomMetrics } from '../../../src/cli/commands/serve/background/load-custom-metrics.ts'
import { maxSeries } from '../../../src/server/operations/metrics/counter.ts'
import { createCustomMetrics } from '../../../src/server/operations/metrics/custom/custom-metrics.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { project } from '../../support/run-program.ts'
import { completion, json } from '../../support/upstream.ts'

const folder = mkdtempSync(join(tmpdir(), 'routellm-custom-metrics-'))
let gateway: GatewayUnderTest | null = null
afterEach(async () => {
  await gateway?.close()
  gateway = null
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }
async function startWith(module: string): Promise<GatewayUnderTest> {
  const custom = await loadCustomMetrics({ module })
  gateway = await startGateway({
    server: { metrics: custom!.metrics, observers: [custom!.observe] },
    parts: {
      models: [
        { name: 'strong', provider: 'main', upstream: 'big-model', ...price },
        { name: 'weak', provider: 'main', upstream: 'small-model', ...price },
      ],
    },
  })
  return gateway
}

describe('metrics of a module', () => {
  it('the example: a counter and a gauge', async () => {
    const { upstream, chat, metricBecomes } = await startWith(join(project, 'examples', 'my-metrics.mjs'))
    upstream.answer(json({ ...completion, usage: { prompt_tokens: 20, completion_tokens: 1200 } }))
    for (let each = 0; each < 2; each++) await (await chat(userMessage('hello'))).text()
    await metricBecomes('long_replies_total{model="weak"}', 2)
    await metricBecomes('last_request_usd{key=""}', (20 + 2400) / 1e6)
  })

  it.each([
    ['throws', "throw new Error('no')"],
    ['returns something else', 'return 3'],
    ['returns a promise', 'return Promise.resolve([])'],
    ['names a metric that it has not declared', "return [{ name: 'other', value: 1 }]"],
    ['counts backwards', "return [{ name: 'a_total', value: -1 }]"],
    ['counts what is no number', "return [{ name: 'a_total', value: NaN }]"],
  ])('a function that %s is counted, and fails no request', async (what, code) => {
    const file = join(folder, `${what.replaceAll(' ', '-')}.mjs`)
    const metrics = JSON.stringify([{ name: 'a_total', type: 'counter', help: 'h' }])
    writeFileSync(file, `export const metrics = ${metrics}\nexport default () => { ${code} }\n`)
    const { chat, metricBecomes, warnings } = await startWith(file)
    for (let each = 0; each < 2; each++) expect((await chat(userMessage('hello'))).status).toBe(200)
    await metricBecomes('routellm_observer_failures_total', 2)
    expect(warnings.filter(({ message }) => message.includes('observer'))).toHaveLength(1)
    await metricBecomes('a_total', 0)
  })

  it('has a bounded number of series', () => {
    const labels = ['user']
    let user = 0
    const { metrics, observe } = createCustomMetrics(
      {
        metrics: [
          { name: 'a_total', type: 'counter', help: 'h', labels },
          { name: 'b', type: 'gauge', help: 'h', labels },
        ],
        default: () => ['a_total', 'b'].map((name) => ({ name, value: 1, labels: { user: user++ } })),
      },
      'm.mjs',
    )
    for (let each = 0; each < 20_000; each++) observe({} as never)
    for (const metric of metrics)
      expect(metric.render().split('\n').length).toBeLessThanOrEqual(maxSeries + 3)
    expect(metrics[1]!.render()).toContain('b{user="other"} 1')
  })

  it.each([
    [
      'no default',
      { metrics: [{ name: 'a_total', type: 'counter', help: 'h' }] },
      'default: must be a function',
    ],
    ['no metrics', { default: () => [] }, 'metrics: '],
    [
      'a name of ours',
      { metrics: [{ name: 'routellm_x', type: 'gauge', help: 'h' }], default() {} },
      'routellm_',
    ],
    [
      'a counter without _total',
      { metrics: [{ name: 'x', type: 'counter', help: 'h' }], default() {} },
      '_total',
    ],
    [
      'two of one name',
      { metrics: [1, 2].map(() => ({ name: 'x', type: 'gauge', help: 'h' })), default() {} },
      'one name',
    ],
  ])('a module with %s is refused', (_what, exports, fault) => {
    expect(() => createCustomMetrics(exports, 'm.mjs')).toThrow(fault)
  })

  it('a module that cannot be loaded is refused, with its name', async () => {
    await expect(loadCustomMetrics({ module: join(folder, 'none.mjs') })).rejects.toMatchObject({
      code: 'bad-metrics-module',
      message: expect.stringContaining('none.mjs'),
    })
  })
})
