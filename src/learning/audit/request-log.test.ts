import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestRecord } from '../../../test/support/request-record.ts'
import { routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import type { CalibratedRouter } from '../../routing/routers/router.ts'
import { auditLog } from './audit.ts'
import type { AuditOptions } from './audit-options.ts'
import { auditHtml } from './reports/report-html.tsx'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-request-log-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Its win rate is the number that a prompt begins with, in hundredths. */
const router: CalibratedRouter = {
  name: 'by-number',
  strongWinRate: ({ text }) => Number.parseInt(text, 10) / 100,
  winRateQuantiles: [0, 0.5, 1],
}

/** $2 a request of the large model, $0.20 of the small one, at 100,000 tokens in and 50,000 out. */
const prices = {
  asOf: '2026-11-01',
  source: 'the test',
  models: {
    large: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 20 },
    small: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 },
  },
}

async function audit(files: readonly (readonly object[])[], options: Partial<AuditOptions> = {}) {
  const names = await Promise.all(
    files.map(async (rows, index) => {
      const file = join(folder, `requests.jsonl${index === 0 ? '' : `.${index}`}`)
      await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
      return file
    }),
  )
  const { report } = await auditLog({
    pickPrompt: routedPrompt,
    files: names,
    router,
    isRouterAsked: false,
    requested: [{ strong: 'large', weak: 'small', basis: 'the test', must: true }],
    priceTables: [prices],
    maxLoss: 0.05,
    confidence: 0.95,
    worthUsdPerMonth: 50,
    seed: 0,
    sampleSize: 0,
    showPrompts: false,
    today: new Date('2026-11-28'),
    ...options,
  })
  return report
}

const tokens = { input: 100_000, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 50_000 }

/** A request that mf decided at 0.5: large at or above it, small below. */
const decided = (strongWinRate: number, more: object = {}) =>
  requestRecord({
    strongWinRate,
    threshold: 0.5,
    tokens,
    ...(strongWinRate >= 0.5
      ? { model: 'large', upstream: 'gpt-5', usd: 2 }
      : { model: 'small', upstream: 'llama3.1', usd: 0.2 }),
    ...more,
  })

const withText = (text: string) => ({ request: { messages: [{ role: 'user', content: text }] } })

describe("the audit of RouteLLM's own log without text", () => {
  const rows = [decided(0.1), decided(0.3), decided(0.6), decided(0.9)]

  it('reports money, shares per model and the logged win rates', async () => {
    const report = await audit([rows])
    expect(report).toMatchObject({
      format: 'routellm',
      router: 'mf',
      winRateSource: 'logged',
      routable: 4,
      routed: { requests: 2, paidUsd: 4 },
      alreadyRouted: { requests: 2, paidUsd: 0.4, strongUsd: 4 },
      simple: { threshold: 0.5, share: 0.5 },
    })
    expect(report.paid).toMatchObject({ logged: 4, fromTokens: 0 })
    expect(report.paid.usd).toBeCloseTo(4.4, 12)
    expect(report.models.map(({ model, requests, paidUsd }) => [model, requests, paidUsd])).toEqual([
      ['large', 2, 4],
      ['small', 2, 0.4],
    ])
    expect(report.winRates.reduce((sum, { requests }) => sum + requests, 0)).toBe(4)
  })

  it('says what other thresholds save against the strong model alone', async () => {
    const { curve, thresholds } = await audit([rows])
    // Each request that goes to the small model saves $1.80 of the $8.00 of the large one alone.
    const saved = curve.map(({ weakRequests, savedUsd }) => [weakRequests, Number(savedUsd.toFixed(9))])
    expect(saved).toEqual([
      [0, 0],
      [1, 1.8],
      [2, 3.6],
      [3, 5.4],
      [4, 7.2],
    ])
    const inUse = thresholds.find(({ mark }) => mark === 'simple')
    expect(inUse).toMatchObject({ threshold: 0.5, weakRequests: 2 })
    expect(inUse?.savedShare).toBeCloseTo(3.6 / 8, 12)
  })

  it('reads rotated files as one log, and leaves out what was not decided', async () => {
    const report = await audit([
      rows,
      [
        decided(0.7, { status: 500, usd: null, tokens: null }),
        decided(0.7, { router: null, threshold: null, strongWinRate: null }),
        decided(0.7, { fallback: 'router-error', strongWinRate: null }),
        decided(0.8, { model: 'other', upstream: 'unknown-1', usd: null }),
      ],
    ])
    expect(report.files).toEqual(['requests.jsonl', 'requests.jsonl.1'])
    expect(report.keptOut).toEqual([
      { reason: 'not-scored', requests: 2, paidUsd: 4 },
      { reason: 'error', requests: 1, paidUsd: 0 },
      { reason: 'unpriced', requests: 1, paidUsd: 0 },
    ])
    expect(report.paid).toMatchObject({ unknown: 1 })
  })

  it('takes the price of a model by the name that its provider has for it', async () => {
    const upstream = { ...prices, models: { 'llama3.1': prices.models.small, 'gpt-5': prices.models.large } }
    const report = await audit([rows.map((row) => ({ ...row, usd: null }))], { priceTables: [upstream] })
    expect(report.paid).toMatchObject({ fromTokens: 4, unknown: 0 })
    expect(report.paid.usd).toBeCloseTo(4.4, 12)
    expect(report.pair).toMatchObject({ strong: 'large', weak: 'small', priceRatio: 10 })
  })

  it('does not mix the win rates of two routers: the one with the most requests, or the one asked for', async () => {
    const both = [...rows, decided(0.2, { router: 'by-number', threshold: 0.4 })]
    const most = await audit([both])
    expect(most).toMatchObject({ router: 'mf', routable: 4, keptOut: [{ reason: 'other-router' }] })
    const asked = await audit([both], { isRouterAsked: true })
    expect(asked).toMatchObject({ router: 'by-number', routable: 1, simple: { threshold: 0.4 } })
    await expect(audit([rows], { isRouterAsked: true })).rejects.toMatchObject({
      code: 'router-not-in-log',
      param: '--router',
    })
  })

  it('refuses what needs prompts, and labels that another router would score', async () => {
    const code = 'request-log-without-text'
    await expect(audit([rows], { sampleSize: 10 })).rejects.toMatchObject({
      code,
      param: '--sample-to-label',
    })
    await expect(audit([rows], { showPrompts: true })).rejects.toMatchObject({
      code,
      param: '--show-prompts',
    })
    const labels = { strong: 'large', weak: 'small', comparisons: [] }
    await expect(audit([rows], { labels })).rejects.toMatchObject({ code: 'labels-of-another-router' })
  })

  it('advises to keep routing by what it saves, and says so in the report', async () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      decided((index % 100) / 100, {
        time: new Date(Date.UTC(2026, 10, 1) + index * 3_600_000).toISOString(),
      }),
    )
    const report = await audit([many])
    expect(report.verdict.answer).toBe('measure-first')
    expect(report.verdict.summary).toContain('$180')
    expect(auditHtml(report)).toContain('against large alone')
    expect(report.segments.map(({ dimension }) => dimension)).toEqual(['model'])
  })
})

describe("the audit of RouteLLM's own log with text", () => {
  it('scores the prompts, those of models asked for by name too', async () => {
    const report = await audit([
      [
        decided(0.1, withText('20 a')),
        decided(0.9, withText('80 b')),
        decided(0.9, { ...withText('40 c'), router: null, threshold: null, strongWinRate: null }),
      ],
    ])
    expect(report).toMatchObject({
      router: 'by-number',
      winRateSource: 'scored',
      routable: 3,
      routed: { requests: 2 },
      alreadyRouted: { requests: 1, strongUsd: 2 },
      keptOut: [],
      simple: { threshold: 0.5, share: 2 / 3 },
    })
  })

  it('takes no logged win rate of another router beside them', async () => {
    const report = await audit([
      [decided(0.1, withText('20 a')), decided(0.9), decided(0.7, { router: 'by-number' })],
    ])
    expect(report).toMatchObject({ routable: 2, keptOut: [{ reason: 'other-router', requests: 1 }] })
  })
})
