import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { startCountingUpstream } from './counting-upstream.ts'
import {
  type Acknowledged,
  budgetUsd,
  endServed,
  killUnderLoad,
  nanoUsdOf,
  requestKinds,
  sendRequest,
  serveStore,
  storeKey,
  writeStoreConfig,
} from './kill-rounds.ts'
import { readRows } from './read-database.ts'

/**
 * Kills a gateway under load in each of so many rounds, the load being chat completions, messages and responses, streamed and not, and
 * feedback. Then every request that a client has had the end of is in the
 * store, once, with the tokens that the upstream has counted for it; every feedback that was acknowledged is there; what
 * the key has spent is the sum of the upstream's own counts, to the nano-dollar; and the budget of the next gateway begins
 * there.
 */
export async function checkKillRounds(
  rounds: number,
  seed: number,
  clients: number,
): Promise<{ requests: number; feedback: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-kill-'))
  const upstream = await startCountingUpstream()
  try {
    const config = writeStoreConfig(folder, upstream.url, clientKeyHmac(storeKey))
    const random = createRandom(seed)
    const acknowledged: Acknowledged = { requests: new Map(), feedback: new Map() }
    let name = 1
    for (let round = 0; round < rounds; round++) {
      const killAfterMs = 30 + random.next() * 300
      const awaits = round % 2 === 0 ? 'feedback' : 'requests'
      name = await killUnderLoad(config, acknowledged, { clients, killAfterMs, firstName: name, awaits })
    }
    const served = await serveStore(config)
    for (const kind of new Set(requestKinds))
      for (const stream of [true, false]) {
        const id = await sendRequest(served.url, ++name, stream, kind)
        acknowledged.requests.set(id, `${name}`)
      }
    const budget = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}` },
      body: JSON.stringify({ model: 'one', messages: [{ role: 'user', content: `request ${name + 1}` }] }),
    })
    await budget.text()
    expect(await endServed(served, 'SIGINT')).toBe(0)

    const rows = readRows(
      folder,
      'select id, upstream_id, status, input_tokens, output_tokens, cost_nanousd, charged_nanousd from requests',
    )
    const byId = new Map(rows.map((row) => [String(row.id), row]))
    expect(byId.size).toBe(rows.length)
    const lost = [...acknowledged.requests.keys()].filter((each) => !byId.has(each))
    expect(lost).toEqual([])
    let spent = 0
    for (const row of rows) {
      if (row.status !== 200) continue
      const upstreamName = String(row.upstream_id).replace('upstream-', '')
      const nanoUsd = nanoUsdOf(upstream, upstreamName)
      expect(row).toMatchObject({
        input_tokens: upstream.served.get(upstreamName)?.input,
        output_tokens: upstream.served.get(upstreamName)?.output,
        cost_nanousd: nanoUsd,
      })
      const acknowledgedName = acknowledged.requests.get(String(row.id))
      if (acknowledgedName !== undefined) expect(acknowledgedName).toBe(upstreamName)
    }
    for (const row of rows) spent += Number(row.charged_nanousd)
    const accounts = readRows(
      folder,
      `select account, sum(requests) as requests, sum(charged_nanousd) as spent from accounts group by account`,
    )
    for (const account of ['gateway', 'key:web'])
      expect(accounts).toContainEqual(expect.objectContaining({ account, requests: rows.length, spent }))
    // The budget of the last gateway began with what those before it had spent.
    const own = nanoUsdOf(upstream, `${name + 1}`)
    const left = Number(budget.headers.get('x-routellm-budget-remaining-usd'))
    expect(Math.abs(budgetUsd - left - (spent - own) / 1e9)).toBeLessThan(0.5)

    const feedback = readRows(folder, 'select id, request_id from feedback')
    const kept = new Map(feedback.map((row) => [String(row.id), String(row.request_id)]))
    expect(kept.size).toBe(feedback.length)
    for (const [each, requestId] of acknowledged.feedback) expect(kept.get(`web/${each}`)).toBe(requestId)
    return { requests: acknowledged.requests.size, feedback: acknowledged.feedback.size }
  } finally {
    await upstream.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
