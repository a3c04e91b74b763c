import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PriceTable } from '../../routing/catalogue/prices.ts'
import { routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import type { CalibratedRouter } from '../../routing/routers/router.ts'
import { auditLog } from './audit.ts'
import type { AuditOptions } from './audit-options.ts'
import { auditHtml } from './reports/report-html.tsx'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Its win rate is the number that a prompt begins with, in hundredths. */
const router: CalibratedRouter = {
  name: 'by-number',
  strongWinRate: ({ text }) => Number.parseInt(text, 10) / 100,
  winRateQuantiles: [0, 0.5, 1],
}

/** $10 per million tokens in, $20 out; the weak model a tenth of it. */
const prices: PriceTable = {
  asOf: '2026-10-01',
  source: 'the test',
  models: {
    big: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 20 },
    small: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 },
  },
}

async function audit(rows: readonly unknown[], options: Partial<AuditOptions> = {}) {
  const file = join(folder, 'logs.jsonl')
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return auditLog({
    pickPrompt: routedPrompt,
    files: [file],
    router,
    isRouterAsked: false,
    requested: [{ weak: 'small', basis: 'the test', must: true }],
    priceTables: [prices],
    maxLoss: 0.05,
    confidence: 0.95,
    worthUsdPerMonth: 50,
    seed: 0,
    sampleSize: 0,
    showPrompts: false,
    today: new Date('2026-10-01'),
    ...options,
  })
}

/** 100,000 tokens in and 50,000 out: $2 of the big model, $0.20 of the small one. */
const row = (prompt: string, model = 'big', more: object = {}) => ({
  prompt,
  model,
  input_tokens: 100_000,
  output_tokens: 50_000,
  ...more,
})

describe('auditLog', () => {
  it('adds up by hand: what was paid, what is simple, what a threshold saves', async () => {
    const { report } = await audit([row('10 a'), row('30 b'), row('70 c'), row('20 d', 'small')])
    expect(report.paid).toMatchObject({ usd: 6.2, fromTokens: 4, logged: 0 })
    expect(report.pair).toMatchObject({ strong: 'big', weak: 'small', priceRatio: 10 })
    expect(report.routed).toEqual({ requests: 3, paidUsd: 6 })
    expect(report.simple).toMatchObject({ threshold: 0.5, share: 0.75 })
    const simple = report.thresholds.find(({ mark }) => mark === 'simple')
    expect(simple).toMatchObject({ threshold: 0.5, weakRequests: 2, weakShare: 2 / 3 })
    expect(simple?.savedUsd).toBeCloseTo(3.6, 12)
    expect(simple?.savedShare).toBeCloseTo(3.6 / 6.2, 12)
    expect(report.thresholds.at(-1)?.savedUsd).toBeCloseTo(5.4, 12)
    expect(report.verdict).toMatchObject({ answer: 'no', summary: expect.stringContaining('Fewer than 100') })
  })

  it('takes the logged cost for what was paid, so that a discount makes the saving negative', async () => {
    const cached = Array.from({ length: 150 }, (_, index) =>
      row(`${index % 100} x`, 'big', { cost_usd: 0.1 }),
    )
    const { report } = await audit(cached)
    expect(report.paid).toMatchObject({ logged: 150, fromTokens: 0 })
    const simple = report.thresholds.find(({ mark }) => mark === 'simple')
    expect(simple?.savedUsd).toBeLessThan(0)
    expect(simple?.savedUsdInterval[1]).toBeLessThan(0)
    expect(report.verdict).toMatchObject({
      answer: 'no',
      summary: expect.stringContaining('not clearly above 0'),
    })
  })

  it('keeps apart what no router decides on, and what it does not know the cost of', async () => {
    const { report } = await audit(
      [
        row('10 a'),
        row('10 b', 'big', { status: 500 }),
        row('10 c', 'in-house'),
        { prompt: '10 d', model: 'big' },
        {
          messages: [
            { role: 'user', content: '10 e' },
            { role: 'tool', content: '' },
          ],
          model: 'big',
          cost: 3,
        },
        { prompt: '10 f', model: 'text-embedding-3', cost: 1 },
      ].map((each) => ({ prompt: '', ...each })),
      { format: (await import('../formats/logs/formats.ts')).findLogFormat('columns') },
    )
    expect(report.keptOut).toEqual([
      { reason: 'embeddings', requests: 1, paidUsd: 1 },
      { reason: 'error', requests: 1, paidUsd: 0 },
      { reason: 'no-usage', requests: 1, paidUsd: 0 },
      { reason: 'tool-turn', requests: 1, paidUsd: 3 },
      { reason: 'unpriced', requests: 1, paidUsd: 0 },
    ])
    expect(report.paid).toMatchObject({ usd: 6, unknown: 2 })
    expect(report.routable).toBe(3)
    expect(report.routed).toEqual({ requests: 1, paidUsd: 2 })
    expect(report.models.find(({ model }) => model === 'in-house')).toMatchObject({
      prices: null,
      unpricedRequests: 1,
    })
  })

  it('says what is simple of bare prompts, and draws from them', async () => {
    const { report, sample } = await audit([{ prompt: '10 a' }, { prompt: '90 b' }], {
      requested: [],
      sampleSize: 5,
    })
    expect(report).toMatchObject({ routable: 2, simple: { share: 0.5 }, verdict: { answer: 'unknown' } })
    expect(sample(5)).toMatchObject({ requests: 2, prompts: [{ requests: 1 }, { requests: 1 }] })
  })

  it('prices nothing at $0: without prices it cannot say', async () => {
    const packaged: PriceTable = { asOf: '2026-10-01', source: 'x', models: {} }
    const { report } = await audit([row('10 a', 'in-house')], { priceTables: [packaged], requested: [] })
    expect(report.pair).toBeNull()
    expect(report.paid).toMatchObject({ usd: 0, unknown: 1 })
    expect(report.verdict.answer).toBe('unknown')
  })

  const month = Array.from({ length: 400 }, (_, index) =>
    row(`${index % 100} x${index}`, 'big', {
      time: new Date(Date.UTC(2026, 9, 1) + index * 6_480_000).toISOString(),
      tags: [index % 4 === 0 ? 'code' : 'chat'],
    }),
  )

  it('is to measure first without labels, and to route with labels that support the guarantee', async () => {
    expect((await audit(month)).report.verdict.answer).toBe('measure-first')
    const comparisons = Array.from({ length: 400 }, (_, index) => {
      const winA = index % 100 > 60 ? 1 : 0.5
      return {
        prompt: `${index % 100} label ${index}`,
        modelA: 'big',
        modelB: 'small',
        winA,
        scoreA: winA,
        scoreB: 0.5,
        weight: 1,
      } as const
    })
    const labels = { strong: 'big', weak: 'small', comparisons }
    const { report } = await audit(month, { labels })
    expect(report.verdict.answer).toBe('yes')
    expect(report.chosen).toMatchObject({ basis: 'guarantee' })
    expect(report.chosen.threshold).toBeGreaterThan(0.6)
    expect(report.chosen.threshold).toBeLessThanOrEqual(0.66)
    const [half] = report.thresholds.filter(({ threshold }) => threshold === 0.5)
    expect(half?.loss).toMatchObject({ share: 0, losses: 0, interval: [0, expect.closeTo(0.0092, 3)] })
    expect(report.thresholds.at(-1)?.loss).toMatchObject({ losses: 156, share: 0.39 })
    expect(report.intervals.resampled).toBe('days')
    expect(auditHtml(report)).toContain('5 % allowed')

    // A twentieth may be lost, so a weak model that always loses still gets a few requests: too few to matter.
    const harmful = comparisons.map((comparison) => ({ ...comparison, winA: 1 as const }))
    const useless = (await audit(month, { labels: { ...labels, comparisons: harmful } })).report
    expect(useless.verdict).toMatchObject({
      answer: 'no',
      summary: expect.stringMatching(/The saving a month is .* below/),
    })

    const few = (await audit(month, { labels: { ...labels, comparisons: comparisons.slice(0, 20) } })).report
    expect(few.risk).toMatchObject({
      kind: 'measured',
      labels: 20,
      guarantee: { possible: false, labelsNeeded: 59 },
    })
    expect(few.verdict).toMatchObject({
      answer: 'no',
      summary: expect.stringContaining('About 59 labels are needed'),
    })
    expect(few.chosen.basis).toBe('simple')
  })

  it('sets segments apart at the threshold', async () => {
    const { report } = await audit(month)
    const tags = report.segments.find(({ dimension }) => dimension === 'tag')
    expect(tags?.segments.map(({ value, requests, share }) => [value, requests, share])).toEqual([
      ['chat', 300, 0.75],
      ['code', 100, 0.25],
    ])
    const lengths = await audit(['a'.repeat(600), 'a', 'a'.repeat(200)].map((text) => row(`1 ${text}`)))
    expect(
      lengths.report.segments
        .find(({ dimension }) => dimension === 'length')
        ?.segments.map(({ value }) => value),
    ).toEqual(['up to 100 characters', '101 to 500', '501 to 2,000'])
    const saved = tags?.segments.reduce((sum, { savedUsd }) => sum + savedUsd, 0)
    expect(saved).toBeCloseTo(
      report.thresholds.find(({ mark }) => mark === 'simple')?.savedUsd ?? Number.NaN,
      9,
    )
  })

  it('says the same for the same seed, and has no prompt in it unless asked', async () => {
    const [one, other] = [await audit(month), await audit(month)]
    expect(one.report).toEqual(other.report)
    expect(JSON.stringify(one.report)).not.toContain('x399')
    const shown = (await audit(month, { showPrompts: true })).report
    expect(shown.examples?.simplest[0]).toEqual({ prompt: '0 x0', strongWinRate: 0 })
    expect(shown.examples?.hardest[0]).toEqual({ prompt: '99 x99', strongWinRate: 0.99 })
  })

  it('samples prompts of the routed requests with the answer that the log has', async () => {
    const { sample } = await audit(
      [...month, row('1 cheap', 'small')].map((each) => ({ ...each, answer: 'yes' })),
      { sampleSize: 50 },
    )
    const drawn = sample(50)
    expect(drawn.requests).toBe(50)
    expect(drawn.prompts).toHaveLength(50)
    expect(drawn.prompts.every(({ answers }) => answers?.big === 'yes')).toBe(true)
  })

  it('passes over a configured pair that the log does not have, and insists on one that was asked for', async () => {
    const wish = { strong: 'other', weak: 'small', basis: 'the test' }
    expect(
      (await audit([row('10 a'), row('10 b', 'small')], { requested: [{ ...wish, must: false }] })).report
        .pair,
    ).toMatchObject({ strong: 'big' })
    await expect(audit([row('10 a')], { requested: [{ ...wish, must: true }] })).rejects.toMatchObject({
      code: 'model-not-in-log',
    })
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    const many = Array.from({ length: 1000 }, () => row('10 a'))
    await expect(audit(many, { signal })).rejects.toThrow('stopped')
  })
})

describe('auditHtml', () => {
  const nasty = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'; alert(1) //",
    '&lt;b&gt;',
    '\u202eabc\u0007\u001b[31m',
    'x'.repeat(5000),
    'שלום עולם',
  ]

  it('shows first which two models, dollars a month with their interval, the risk and what to do next', async () => {
    const day = (index: number) => new Date(Date.UTC(2026, 9, 1) + index * 6_480_000).toISOString()
    const { report } = await audit(
      Array.from({ length: 400 }, (_, index) => row(`${index % 100} x${index}`, 'big', { time: day(index) })),
    )
    const html = auditHtml(report)
    const first = html.slice(html.indexOf('<main>'), html.indexOf('Saved, by threshold'))
    const line = report.thresholds.find(({ mark }) => mark === 'simple')!
    expect(line.savedUsdPerMonthInterval?.[0]).toBeLessThan(line.savedUsdPerMonth!)
    expect(first).toMatch(/<bdi>big<\/bdi>[\s\S]*<bdi>small<\/bdi>/)
    expect(first).toMatch(/Saved a month<\/dt><dd class="figure">\$\d/)
    expect(first).toContain('95\u00a0% interval $')
    expect(first).toMatch(/Risk<\/dt>[\s\S]*unknown without labels/)
    expect(first).toContain('routellm audit logs.jsonl --sample-to-label to-label.jsonl')
  })

  it('escapes everything that a log says, and needs nothing from anywhere', async () => {
    const rows = nasty.flatMap((text, index) =>
      Array.from({ length: 3 }, () =>
        row(`${index * 10} ${text}`, `big${text}`.slice(0, 60), {
          cost: 1,
          user: text,
          tags: [text],
          endpoint: text,
          api_key: text,
        }),
      ),
    )
    const { report } = await audit([...rows, row('5 a', 'small'), row('5 b')], { showPrompts: true })
    const html = auditHtml(report)
    const tags = html.match(/<[^>]*>/g) ?? []
    const names = new Set(tags.map((tag) => /^<[/!]?\w+/.exec(tag)?.[0].replace(/\W/g, '')))
    for (const name of ['script', 'img', 'link', 'iframe', 'object', 'a', 'form'])
      expect(names).not.toContain(name)
    for (const tag of tags) expect(tag).not.toMatch(/\s(?:on\w+|src|href|style)\s*=/i)
    expect(/<style>([^<]*)<\/style>/.exec(html)?.[1]).not.toMatch(/url\(|@import/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain('&amp;lt;b&amp;gt;')
    expect(html).toContain("default-src 'none'")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(html).not.toMatch(/[\u0000-\u0008\u001b\u202e]/)
    expect(html).not.toContain('x'.repeat(300))
    expect(html).toMatch(/<bdi>60 שלום עולם<\/bdi>/)
  })

  it('shows no prompt unless asked, and survives a log with nothing to route', async () => {
    const { report } = await audit([row('10 secret', 'small'), row('20 secret', 'small')], {
      requested: [{ strong: 'small', weak: 'big', basis: 'x', must: true }],
    })
    const html = auditHtml(report)
    expect(html).not.toContain('secret')
    expect(html).not.toContain('NaN')
    expect(html).not.toContain('undefined')
    expect(html).toContain('Not worth routing')
  })

  it('is well-formed: every element that is opened is closed in order', async () => {
    const { report } = await audit(
      Array.from({ length: 120 }, (_, index) => row(`${index % 100} a`)).concat(row('1 b', 'small')),
      { showPrompts: true },
    )
    const open: string[] = []
    for (const [, slash, name = ''] of auditHtml(report).matchAll(/<(\/?)([a-z]\w*)[^>]*?(?<!\/)>/g)) {
      if (['meta', 'html'].includes(name)) continue
      if (slash === '/') expect(open.pop()).toBe(name)
      else open.push(name)
    }
    expect(open).toEqual([])
  })
})
