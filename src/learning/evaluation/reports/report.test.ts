import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { palettes } from '../../../charts/style/palette.ts'
import type { Benchmark } from '../benchmark.ts'
import { categoryReport } from '../category-report.ts'
import { costReport } from '../costs/cost-report.ts'
import { evaluate } from '../evaluate.ts'
import { curvePng } from './curve-png.ts'
import { curveSvg } from './curve-svg.ts'
import { reportHtml } from './report-html.tsx'
import { comparisonText, reportMarkdown, reportTable, reportText } from './report-table.ts'
import { evaluationVerdict } from './verdict.ts'

function benchmarkOf(count: number): Benchmark {
  const random = createRandom(8)
  const rows = Array.from({ length: count }, (_, index) => ({
    prompt: 'x'.repeat(1 + (index % 40)) + index,
    strongScore: random.next() < 0.8 ? 100 : 0,
    weakScore: random.next() < 0.5 ? 100 : 0,
    category: index % 3 === 0 ? 'maths' : 'other',
  }))
  return {
    name: 'small & <odd>',
    unit: 'percent',
    strongModel: 'big',
    weakModel: 'little',
    rows,
    contaminated: rows.slice(0, 2),
  }
}

function evaluation(routers: number, names = (index: number) => `router-${index}`) {
  const benchmark = benchmarkOf(300)
  const { rows } = benchmark
  const random = createRandom(9)
  return evaluate({
    benchmark,
    routers: Array.from({ length: routers }, (_, index) => ({
      name: names(index),
      winRates: rows.map((row) => (row.strongScore - row.weakScore) * 0.003 * (index + 1) + random.next()),
    })),
    samples: 100,
  })
}

/** The entries of the legend, which is below the plot. */
const legendOf = (svg: string) =>
  [...svg.matchAll(/<g class="legend-entry">.*?<text x="([\d.]+)" y="([\d.]+)">([^<]+)</g)].map(
    ([, x, y, text]) => ({
      x: Number(x),
      y: Number(y),
      right: Number(x) + 6.4 * text!.length,
      text: text!,
    }),
  )

describe('the curve', () => {
  it.each([1, 3, 6])('names each of %i routers and every baseline once in the legend', (routers) => {
    const legend = legendOf(curveSvg(evaluation(routers)))
    expect(legend.map(({ text }) => text.replace(/ [\d.]+$/, ''))).toEqual([
      ...Array.from({ length: routers }, (_, i) => `router-${i}`),
      'length',
      'random',
      'category oracle',
      'answer oracle',
    ])
  })

  it.each([3, 60])(
    'keeps the legend of %i routers with long names inside the picture, no name over another',
    (routers) => {
      const svg = curveSvg(
        evaluation(routers, (index) => `${'a-router-with-a-long-name-'.repeat(2)}${index}`),
      )
      const legend = legendOf(svg)
      expect(legend).toHaveLength(routers + 4)
      const height = Number(/viewBox="0 0 820 (\d+)"/.exec(svg)![1])
      legend.forEach(({ x, y, right, text }, index) => {
        expect(y, text).toBeGreaterThan(430)
        expect(y, text).toBeLessThan(height)
        expect(right, text).toBeLessThanOrEqual(820)
        for (const other of legend.slice(index + 1))
          expect(Math.abs(other.y - y) >= 16 || other.x >= right || other.right <= x, text).toBe(true)
      })
    },
  )

  it('shades the interval of each router, and of nothing where there is none', () => {
    expect(curveSvg(evaluation(3)).match(/class="ribbon/g)).toHaveLength(3)
    const { bootstrap: _, ...rest } = evaluation(1)
    const bare = {
      ...rest,
      routers: rest.routers.map((r) => ({ ...r, points: r.points.map(({ scoreInterval: _, ...p }) => p) })),
    }
    expect(curveSvg(bare)).not.toMatch(/class="ribbon/)
  })

  it('is drawn for light, dark or both, and escapes names', () => {
    const one = evaluation(1, () => 'a<b')
    const [light, dark, auto] = (['light', 'dark', 'auto'] as const).map((scheme) =>
      curveSvg(one, { scheme }),
    )
    expect(light).toContain(palettes.light.quiet)
    expect(light).not.toContain(palettes.dark.quiet)
    expect(dark).not.toContain(palettes.light['series-0'])
    expect(auto).toMatch(/#ffffff.*prefers-color-scheme: dark.*#14171b/)
    expect(auto).toContain('a&lt;b')
    expect(auto).toContain('small &amp; &lt;odd&gt;')
    expect(auto).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('the report', () => {
  const result = evaluation(2)

  it('ranks routers, then baselines, then oracles', () => {
    const { headings, rows } = reportTable(result)
    expect(headings).toHaveLength(7)
    expect(rows.map(({ kind, cells }) => `${kind} ${cells[0]}`)).toEqual([
      'router router-1',
      'router router-0',
      'baseline random',
      'baseline length',
      'oracle category oracle',
      'oracle answer oracle',
    ])
  })

  it('is aligned in a terminal and says what was compared', () => {
    const text = reportText(result)
    const table = text
      .split('\n')
      .filter((line) => /^(router|random|length|category|answer).* {3}/.test(line))
    expect(new Set(table.map((line) => line.length)).size).toBe(1)
    expect(text).toContain('small & <odd>: 300 rows, 2 contaminated left out; scores in percent')
    expect(text).toMatch(/router-1 − router-0 {2}\+0\.\d{4} \([+−]0\.\d{4} to \+0\.\d{4}\)/)
    expect(text).toMatch(/router-0 − length/)
  })

  it('says whether a difference is more than chance', () => {
    const comparison = { router: 'a', against: 'b', apgrDifference: -0.02, interval: [-0.03, -0.01] as const }
    expect(comparisonText(comparison)).toBe('a − b  −0.0200 (−0.0300 to −0.0100): more than chance')
    expect(comparisonText({ ...comparison, interval: [-0.03, 0.01] })).toMatch(/: within chance$/)
  })

  it('is a Markdown table', () => {
    const lines = reportMarkdown(result).split('\n')
    expect(lines[0]).toMatch(/^\| router \| APGR \|/)
    expect(lines).toHaveLength(8)
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1)
  })

  it('begins with a verdict that follows the intervals', () => {
    const good = evaluationVerdict(result)
    expect(good?.sentences[0]).toBe(
      'router-1 orders these prompts better than chance and better than their length does.',
    )
    expect(good?.sentences.join(' ')).toMatch(
      /it sends \d+ % of the prompts to big; a random choice would send 80 %/,
    )
    expect(reportText(result, { width: 200 }).startsWith(good!.sentences[0]!)).toBe(true)
    const [router, ...others] = result.routers
    const worse = { ...router!, apgr: 2, apgrInterval: [0.3, 0.45] as const }
    const verdict = evaluationVerdict({ ...result, routers: [worse, ...others] })
    expect(verdict?.sentences[0]).toMatch(/^Do not use router-0/)
    expect(verdict?.sentences.join(' ')).not.toContain('it sends')
    expect(evaluationVerdict({ ...result, noIntervals: 'gap-within-chance' })?.sentences[0]).toContain(
      'cannot say',
    )
    expect(evaluationVerdict({ ...result, noIntervals: 'reference-metrics' })).toBeUndefined()
  })

  it.each([80, 120])('fits %i columns, and one screen unless verbose', (width) => {
    const names = (index: number) => `a-router-with-a-long-name-of-its-own-${index}`
    for (const isVerbose of [false, true]) {
      const lines = reportText(evaluation(4, names), { width, isVerbose }).split('\n')
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width)
      if (!isVerbose) expect(lines.length).toBeLessThanOrEqual(40)
    }
  })

  it('shows dollars and the result by category, and names the file once', () => {
    const benchmark = { ...benchmarkOf(300), name: 'labels.jsonl' }
    const routers = [
      { name: 'mine', winRates: benchmark.rows.map(({ strongScore, weakScore }) => strongScore - weakScore) },
    ]
    const price = (usd: number) => ({ inputUsdPerMillionTokens: usd, outputUsdPerMillionTokens: usd })
    const costs = costReport(benchmark, routers, {
      asOf: '2026-11-01',
      source: 'a test',
      models: { big: price(10), little: price(1) },
    })
    const categories = categoryReport(benchmark, routers)!
    const report = { ...evaluate({ benchmark, routers, samples: 50 }), costs, categories }
    const html = reportHtml([report])
    expect(html.replace(/<[^>]*>/g, '').match(/labels\.jsonl/g)).toHaveLength(1)
    expect(html).toMatch(/costs \$\d+\.\d+ for 1,000 prompts instead of \$\d+\.\d+: \d+ % less/)
    expect(html).toContain('<h2>Categories</h2>')
    expect(html).toContain('.narrow { display: block }')
    expect(categories.lines.map(({ category, rows }) => [category, rows])).toEqual([
      ['other', 200],
      ['maths', 100],
    ])
    // The categories together are the whole.
    const calls = categories.lines.reduce((sum, line) => sum + (line.rows * line.strongCallPercent) / 300, 0)
    expect(calls).toBeCloseTo(report.routers[0]!.cpt['80'], 6)
  })

  it('is one page that needs nothing else', () => {
    const html = reportHtml([result])
    expect(html).not.toMatch(/<script|<link|@import|url\(|(?:src|href)=/)
    expect(html).not.toContain('small & <odd>')
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html.match(/<tr class="router">/g)).toHaveLength(2)
  })
})

describe('curvePng', () => {
  it('uses the optional renderer', async () => {
    const seen: unknown[] = []
    class Resvg {
      constructor(...given: unknown[]) {
        seen.push(...given)
      }
      render() {
        return { asPng: () => new Uint8Array([137, 80]) }
      }
    }
    expect(await curvePng('<svg/>', { scale: 3, loadRenderer: async () => ({ Resvg }) })).toEqual(
      new Uint8Array([137, 80]),
    )
    expect(seen).toEqual(['<svg/>', { fitTo: { mode: 'zoom', value: 3 } }])
  })

  it('says how to install it where it is missing', async () => {
    const loadRenderer = () => Promise.reject(new Error('Cannot find package'))
    await expect(curvePng('<svg/>', { loadRenderer })).rejects.toMatchObject({
      name: 'MissingPackageError',
      message: expect.stringContaining('npm install @resvg/resvg-js'),
    })
    await expect(curvePng('<svg/>', { loadRenderer: async () => ({}) })).rejects.toThrow(/has no class Resvg/)
  })
})
