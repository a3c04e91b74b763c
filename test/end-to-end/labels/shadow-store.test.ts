import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelOf } from '../../support/cascade/cascade-under-test.ts'
import { endServed, type Served, serveStore } from '../../support/store/kill-rounds.ts'
import { readRows } from '../../support/store/read-database.ts'
import { completion, json, startUpstream, type Upstream } from '../../support/upstream.ts'

/** What a store without texts must not have anywhere: texts, the client's key and the provider's. */
const clientKey = 'sk-planted-client-key'
const planted = [
  'planted-prompt-7f3a',
  'planted-answer-91bc',
  'planted-other-c04d',
  'planted-reason-55e1',
  clientKey,
  'planted-upstream-key',
]

let upstream: Upstream
let folder: string
beforeAll(async () => {
  const says: Record<string, string> = {
    'big-model': `${planted[1]} at length`,
    'small-model': `${planted[2]} in short`,
    'judge-model': `${planted[3]} [[C]]`,
  }
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }
  upstream = await startUpstream((seen) => {
    const content = says[modelOf(seen)]!
    const message = { role: 'assistant', content }
    json({ ...completion, usage, choices: [{ index: 0, message, finish_reason: 'stop' }] })(seen)
  })
  folder = mkdtempSync(join(tmpdir(), 'routellm-shadow-'))
})
afterAll(async () => {
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A pair costs 5.5 + 2 · 1.1 thousandths of a dollar, or 1.1 + 2.2. */
function writeConfig(usdPerDay: number): string {
  const file = join(folder, 'routellm.yaml')
  const model = (name: string, input: number) =>
    `{ provider: up, upstream: ${name}, inputUsdPerMillionTokens: ${input}, outputUsdPerMillionTokens: ${input} }`
  writeFileSync(
    file,
    `version: 1
providers: { up: { kind: openai-compatible, baseUrl: "${upstream.baseUrl}", apiKeyEnv: UP_KEY } }
models: { large: ${model('big-model', 5)}, small: ${model('small-model', 1)}, judge: ${model('judge-model', 1)} }
routers: { random: {} }
policy: { kind: pair, strong: large, weak: small }
shadow: { share: 1, usdPerDay: ${usdPerDay}, judge: judge }
`,
  )
  return file
}

async function ask(served: Served, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${clientKey}` },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: `${planted[0]} ${at}` }] }),
    })
    expect(reply.status).toBe(200)
    await reply.text()
  }
}

const figure = async (served: Served, series: string) => {
  const text = await (await fetch(`${served.url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1) ?? Number.NaN)
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )
}

describe('a served store', () => {
  it('case 20: has the pairs of shadow calls, their labels and dollars, and neither a text nor a key; a budget goes on after a restart', async () => {
    const served = await serveStore(writeConfig(10))
    try {
      await ask(served, 6)
      const pairs = 'routellm_shadow_pairs_total{outcome="tie"}'
      await expect.poll(() => figure(served, pairs), { timeout: 10_000 }).toBe(6)
      expect(await figure(served, 'routellm_shadow_usd_total')).toBeGreaterThan(0.0198)
    } finally {
      await endServed(served, 'SIGINT')
    }
    const rows = readRows(folder, 'select * from shadow_pairs order by request_id')
    expect(rows.length).toBe(6)
    for (const row of rows) {
      expect(row).toMatchObject({ verdict: 'tie', judge: 'judge', orders: '["tie","tie"]', problem: null })
      expect(row.judge_cost_nanousd).toBe(2_200_000)
      expect(row.cost_nanousd).toBe(row.other_model === 'large' ? 5_500_000 : 1_100_000)
    }
    const [account] = readRows(folder, "select charged_nanousd from accounts where account = 'shadow'")
    const spent = rows.reduce((sum, row) => sum + Number(row.cost_nanousd) + 2_200_000, 0)
    expect(account?.charged_nanousd).toBe(spent)
    const labels = readRows(folder, 'select source, scores, propensity, actor from labels')
    expect(labels.length).toBe(6)
    expect(labels[0]).toMatchObject({ source: 'shadow', propensity: 1, actor: 'judge' })
    expect(Object.values(JSON.parse(String(labels[0]!.scores)))).toEqual([0.5, 0.5])
    const files = filesBelow(join(folder, '.routellm'))
    expect(files.some((file) => file.endsWith('store.db'))).toBe(true)
    for (const file of files) {
      const bytes = readFileSync(file)
      for (const text of planted) expect([file, text, bytes.includes(text)]).toEqual([file, text, false])
    }
    for (const text of planted) expect(served.said()).not.toContain(text)

    // What is spent is more than this day may cost.
    const again = await serveStore(writeConfig(0.01))
    try {
      await ask(again, 3)
      await expect.poll(() => figure(again, 'routellm_shadow_left_out_total{reason="budget"}')).toBe(3)
      expect(await figure(again, 'routellm_shadow_usd_total')).toBe(0)
    } finally {
      await endServed(again, 'SIGINT')
    }
  })
})
