import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Client } from '../../support/clients/client.ts'
import { clients } from '../../support/clients/drivers/clients.ts'
import { type Feature, features } from '../../support/clients/features.ts'
import { type Bench, startBench } from '../../support/clients/measure/bench.ts'
import { measureCell } from '../../support/clients/measure/measure-cell.ts'
import { isWrong } from '../../support/clients/measure/outcome.ts'
import { describeClients, type Row, type Table } from '../../support/clients/measure/table.ts'
import { providersUnderTest } from '../../support/clients/providers/providers.ts'
import { inFlightSeries } from '../../support/gateway-under-test.ts'

/** scripts/docs/clients.mjs makes docs/clients.md of it. */
const file = '../../golden/clients/sdks.json'

describe('the table of clients', () => {
  const rows: Record<string, Record<string, Row>> = {}
  let bench: Bench
  beforeAll(async () => {
    // It warns of names of models that it does not know, and the gateway's are such.
    vi.stubGlobal('AI_SDK_LOG_WARNINGS', false)
    bench = await startBench()
  })
  afterAll(async () => {
    vi.unstubAllGlobals()
    await bench.close()
  })

  async function measureRow(client: Client, feature: Feature): Promise<Row> {
    // After 429 with `retry-after` an endpoint gets no more requests for a while, so that each mode has its own.
    const isolated = feature === 'status 429' ? await Promise.all([startBench(), startBench()]) : null
    const [whole, streamed] = isolated ?? [bench, bench]
    const cells = providersUnderTest.map(async (provider) => {
      return [provider.name, await measureCell({ whole, streamed }, client, provider, feature)] as const
    })
    const row = Object.fromEntries(await Promise.all(cells))
    await Promise.all((isolated ?? []).map((each) => each.close()))
    return row
  }

  it.each(clients.map((client) => [client.name, client] as const))('%s', async (name, client) => {
    const measured: Record<string, Row> = {}
    rows[name] = measured
    for (const feature of features) measured[feature] = await measureRow(client, feature)
    await bench.gateway.metricBecomes(inFlightSeries, 0)
    const wrong = features.flatMap((feature) =>
      Object.entries(measured[feature]!)
        .filter(([, cell]) => isWrong(cell))
        .map((entry) => [feature, ...entry]),
    )
    expect(wrong).toEqual([])
  })

  it('is the one that is kept (npx vitest run test/end-to-end/clients -u writes it anew)', async () => {
    const table: Table = {
      clients: await describeClients(clients),
      providers: providersUnderTest.map(({ name }) => name),
      features,
      rows,
    }
    await expect(`${JSON.stringify(table, null, 1)}\n`).toMatchFileSnapshot(file)
  })
})
