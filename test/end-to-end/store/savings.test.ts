import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'
import { requestRecord } from '../../support/request-record.ts'

let folder: string
const hour = 3_600_000
const now = Date.now()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-savings-'))
  const price = (input: number, output: number) =>
    `inputUsdPerMillionTokens: ${input}, outputUsdPerMillionTokens: ${output}`
  writeFileSync(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { p: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models:
  large: { provider: p, ${price(10, 30)}, energy: { wattHoursPerMillionOutputTokens: { low: 200, high: 400 }, source: measured } }
  small: { provider: p, ${price(1, 3)}, energy: { wattHoursPerMillionOutputTokens: 50, source: the maker } }
  unknown: { provider: p }
policy: { strong: large, weak: small }
policies: { dear: { kind: pair, strong: small, weak: large, router: length } }
routers: { length: {} }
energy: { powerUsageEffectiveness: 1, gramsCo2PerKwh: 100, source: our grid }
`,
  )
  const row = (index: number, changes: object) =>
    JSON.stringify(
      requestRecord({
        id: `r-${index}`,
        time: new Date(now - 2 * hour + index).toISOString(),
        tokens: { input: 1000, output: 100 },
        usd: 0.0013,
        session: `s-${index % 20}`,
        candidates: null,
        ...changes,
      }),
    )
  const rows = [
    // 40 of small, at .0013 against .013 dollars.
    ...Array.from({ length: 40 }, (_, index) => row(index, {})),
    // A policy that is the wrong way round: .013 dollars in place of .0013.
    row(40, { policy: 'dear', router: 'length', model: 'large', usd: 0.013 }),
    row(41, { usd: null }),
    row(42, {
      status: 503,
      tokens: null,
      usd: null,
      ms: { overhead: 1, queued: null, firstByte: null, total: 2 },
    }),
    row(43, { router: null }),
    // Ten days ago.
    row(44, { time: new Date(now - 240 * hour).toISOString() }),
  ]
  writeFileSync(join(folder, 'rows.jsonl'), `${rows.join('\n')}\n`)
  expect((await routellm(['store', 'import', 'rows.jsonl'], { folder })).exitCode).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const savings = async (...flags: string[]) => {
  const run = await routellm(['savings', '--json', ...flags], { folder })
  expect([run.exitCode, run.stderr]).toEqual([0, expect.any(String)])
  return JSON.parse(run.stdout)
}

describe('routellm savings', () => {
  it('compares each request with the safest model of its policy', async () => {
    const report = await savings('--since', '1d')
    const [spent, baseline] = [40 * 0.0013 + 0.013, 40 * 0.013 + 0.0013]
    expect(report).toMatchObject({
      requests: { counted: 41, direct: 1, failed: 1, unpriced: 1 },
      usd: {
        spent: expect.closeTo(spent, 9),
        baseline: expect.closeTo(baseline, 9),
        shadow: 0,
        saved: expect.closeTo(baseline - spent, 9),
      },
      fraction: expect.closeTo(1 - spent / baseline, 9),
    })
    expect(report.policies).toEqual([
      {
        policy: 'router-mf',
        baselines: ['large'],
        requests: 40,
        spentUsd: expect.closeTo(0.052, 9),
        baselineUsd: expect.closeTo(0.52, 9),
      },
      {
        policy: 'dear',
        baselines: ['small'],
        requests: 1,
        spentUsd: 0.013,
        baselineUsd: expect.closeTo(0.0013, 9),
      },
    ])
    const [low, high] = report.savedInterval
    expect(low).toBeLessThan(report.usd.saved)
    expect(high).toBeGreaterThan(report.usd.saved)
    expect(report.notes.join('\n')).toMatch(/1 requests are not counted, because their dollars/)
  })

  it('is negative if the baseline is cheaper than what was done', async () => {
    const { usd, fraction, policies } = await savings('--baseline', 'small', '--since', '1d')
    expect(usd.saved).toBeCloseTo(0.0013 - 0.013, 9)
    expect(fraction).toBeLessThan(0)
    expect(policies[0].baselines).toEqual(['small'])
    const { stdout } = await routellm(['savings', '--baseline', 'small'], { folder })
    expect(stdout).toMatch(/saved {5}−\$0\.0117/)
  })

  it('says what the answers have used of energy, and the baselines would have', async () => {
    const { energy } = await savings('--since', '1d')
    // 4,200 tokens of small and 100 of large; 4,000 more of the routed ones would have been large's.
    expect(energy).toMatchObject({
      wattHours: { low: expect.closeTo(0.23, 9), high: expect.closeTo(0.25, 9) },
      outputTokens: { counted: 4300, all: 4300 },
      saved: { wattHours: { low: expect.closeTo(0.6, 9), high: expect.closeTo(1.4, 9) } },
      sources: ['small: the maker', 'large: measured', 'our grid'],
    })
    const { stdout } = await routellm(['savings', '--since', '1d'], { folder })
    expect(stdout).toMatch(/^energy {4}0\.23 to 0\.25 Wh, 0\.023 to 0\.025 g CO2$/m)
    expect(stdout).toMatch(
      /^ {10}0\.6 to 1\.4 Wh less than large, small alone would have used, and 0\.06 to 0\.14 g less CO2$/m,
    )
    const { stdout: reversed } = await routellm(['savings', '--since', '1d', '--baseline', 'small'], {
      folder,
    })
    expect(reversed).toMatch(
      /^ {10}[\d.]+ to [\d.]+ Wh more than small alone would have used, and .* more CO2$/m,
    )
    const { stdout: unknown } = await routellm(['savings', '--since', '1d', '--baseline', 'unknown'], {
      folder,
    })
    expect(unknown).toMatch(/^ {10}not compared with unknown, which has no `energy` in the configuration$/m)
  })

  it('counts everything in the store by default', async () => {
    expect((await savings()).requests.counted).toBe(42)
  })

  it('counts nothing against a baseline without a price, and refuses one that does not exist', async () => {
    const unpriced = await savings('--baseline', 'unknown')
    expect(unpriced).toMatchObject({ requests: { counted: 0 }, fraction: null, savedInterval: null })
    for (const flags of [
      ['--baseline', 'none'],
      ['--since', '7 days'],
    ])
      expect((await routellm(['savings', ...flags], { folder })).exitCode).toBe(2)
  })

  it('takes off what shadow calls and embeddings cost', async () => {
    const { Libsql } = await import('../../support/store/read-database.ts')
    const db = new Libsql(join(folder, '.routellm', 'store.db'))
    // `small` has answered 30 requests; `large` wrote 200 tokens in place of 100: (10,000 + 6,000) nano-dollars · 1,000.
    for (let index = 0; index < 30; index++)
      db.exec(
        `insert into shadow_pairs (id, request_id, day, time, model, other_model, cost_nanousd, propensity, judge_cost_nanousd)
         values ('p-${index}', 'r-${index}', 1, ${now}, 'small', 'large', 16000000, 1, 1000000)`,
      )
    db.exec(`update requests set model = 'small' where id like 'r-%'`)
    db.close()
    const { usd, notes } = await savings('--since', '1d')
    expect(usd.shadow).toBeCloseTo(30 * 0.017, 9)
    // The baseline writes twice as much: 40 · (10,000 + 6,000) nano-dollars · 1,000.
    expect(usd.baseline).toBeCloseTo(40 * 0.016 + 0.0013, 6)
    expect(usd.saved).toBeCloseTo(usd.baseline - usd.spent - usd.shadow, 9)
    expect(notes.join('\n')).toContain('as much as it did in shadow calls')
  })
})
