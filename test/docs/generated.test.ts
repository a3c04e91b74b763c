import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { errorsMarkdown } from '../../scripts/docs/errors.mjs'
import { generateAll } from '../../scripts/docs/generate.mjs'
import { generators } from '../../scripts/docs/generators.mjs'
import { short, signed, table } from '../../scripts/docs/markdown.mjs'
import { guaranteeMarkdown } from '../../scripts/docs/measured/guarantee.mjs'
import { ownLabelsMarkdown } from '../../scripts/docs/measured/own-labels.mjs'
import { overviewMarkdown } from '../../scripts/docs/measured/results.mjs'
import { regionNames, withRegion } from '../../scripts/docs/regions.mjs'
import * as errorCodes from '../../src/error-codes.ts'
import { project } from '../support/run-program.ts'

const load = (path: string) => {
  const file = ['ts', 'tsx'].map((ending) => join(project, 'src', `${path}.${ending}`)).find(existsSync)!
  return import(/* @vite-ignore */ pathToFileURL(file).href)
}

describe('generated files and regions (node scripts/generate-docs.mjs writes them)', async () => {
  const files = await generateAll(load)

  it.each([...files.keys()])('%s is up to date', (file) => {
    expect(files.get(file)?.now).toBe(files.get(file)?.wanted)
  })

  it('have a generator each', () => {
    const docs = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
    const pages = [
      'README.md',
      'ARCHITECTURE.md',
      ...docs.map((file) => `docs/${file.replaceAll('\\', '/')}`),
    ]
    for (const page of pages.filter((file) => file.endsWith('.md'))) {
      const known = generators.filter(({ file }) => file === page).map(({ region }) => region)
      expect([page, regionNames(readFileSync(join(project, page), 'utf8')).toSorted()]).toEqual([
        page,
        known.toSorted(),
      ])
    }
  })
})

describe('a region', () => {
  const page = 'a\n<!-- generated: t -->\nold $& text\n<!-- /generated -->\nb'

  it('is replaced between its markers and nowhere else, and twice gives the same', () => {
    const written = withRegion(page, 't', 'new $& text')
    expect(written).toBe('a\n<!-- generated: t -->\n\nnew $& text\n\n<!-- /generated -->\nb')
    expect(withRegion(written, 't', 'new $& text')).toBe(written)
    expect(regionNames(written)).toEqual(['t'])
  })

  it('leaves another region of the page as it is', () => {
    const other = '<!-- generated: u -->\nkept\n<!-- /generated -->'
    expect(withRegion(`${other}\n${page}`, 't', 'new')).toContain(other)
  })

  it.each(['none', '<!-- generated: t -->', `${page}\n${page}`])('has to be there once: %j', (text) => {
    expect(() => withRegion(text, 't', '')).toThrow(/once/)
  })
})

describe('Markdown', () => {
  it('has numbers to the right of the first column', () => {
    expect(table(['name', 'n'], [['a', 1]])).toBe('| name | n |\n| --- | ---: |\n| a | 1 |')
  })

  it('writes a share as papers do', () => {
    expect([short(0.5774), short(-0.5), short(1), signed(0.012), signed(-0.012)]).toEqual([
      ...['.577', '-.500', '1.000', '+.012', '−.012'],
    ])
  })
})

describe('the table of labels of your own', () => {
  const router = (mean: number) => ({
    apgr: { mean, deviation: 0.01, lowest: mean - 0.01 },
    minusPrior: { mean: 0.02, interval: [-0.01, 0.05] },
  })
  const results = (mean: number) => ({
    began: '2026-01-02T03:04:05Z',
    benchmarks: [
      {
        benchmark: 'mmlu',
        rows: 14042,
        labels: [{ labels: 500, draws: 16, routers: { few_label: router(mean) } }],
      },
    ],
    times: {
      ...{ labels: 500, prompts: 10_000, processor: 'P', node: 'v20' },
      ...{ trainSeconds: { median: 1.5 }, scoreMilliseconds: { median: 0.2 } },
    },
  })

  it('shows the target beside what was measured', () => {
    const text = ownLabelsMarkdown(results(0.7))
    expect(text).toContain('| 500 (16) | **.700** ± .010 | +.020 (−.010 to +.050) | .690 |')
    expect(text).toContain('| ≥ .630 |')
    expect(text).toContain('Every target is met.')
  })

  it('names the targets that were missed', () => {
    expect(ownLabelsMarkdown(results(0.6))).toContain('**Targets missed:** MMLU with 500 labels, by .030.')
  })
})

it('the overview ranks our routers by their mean APGR, above the baselines', () => {
  const one = (apgr: number) => ({ apgr, apgrInterval: [apgr - 0.01, apgr + 0.01] })
  const evaluation = (benchmark: string) => ({
    benchmark,
    routers: [
      { name: 'worse', ...one(0.5) },
      { name: 'better', ...one(0.6) },
    ],
    baselines: { length: one(0.4), random: one(0.3) },
    oracle: one(0.9),
  })
  const lines = overviewMarkdown({ evaluations: [evaluation('mmlu'), evaluation('gsm8k')] }).split('\n')
  expect(lines.slice(2, 4)).toEqual([
    '| **better** | .600 (.590 to .610) | .600 (.590 to .610) |',
    '| **worse** | .500 (.490 to .510) | .500 (.490 to .510) |',
  ])
})

it('the guarantee is shown in percent, with the interval of how often it was exceeded', () => {
  const exceeded = { share: 0.05, interval: [0.04, 0.06] }
  const run = {
    ...{ violations: exceeded, violationsOnRest: exceeded, strongShare: 0.5, timesDirect: 1.02 },
    excessOverHindsight: 0.1,
  }
  const measurement = {
    ...{
      router: 'mf',
      benchmark: 'gsm8k',
      basis: 'all',
      splits: 1000,
      maxLoss: 0.05,
      labels: 500,
      rows: 1307,
    },
    ...{ confidence: 0.95, longRun: run, nextRequests: run, hindsightStrongShare: 0.4 },
  }
  expect(guaranteeMarkdown({ measurements: [measurement] })).toContain(
    '| **mf**, GSM8K, 1,000 splits | 5 % | 5 % (4.0 to 6.0) | 5 % (4.0 to 6.0) | 50 % | 1.02 | 40 % | +10 % |',
  )
})

describe('the page of errors', () => {
  it('writes a code of the gateway as its JSON does, with the status', () => {
    expect(errorsMarkdown({ gatewayCodes: { 'bad-json': [400, 'No JSON.'] } })).toContain(
      '| code | status | meaning |\n| --- | ---: | --- |\n| `bad_json` | 400 | No JSON. |',
    )
  })

  it('has every code of every section', () => {
    const text = errorsMarkdown(errorCodes)
    for (const [name, section] of Object.entries(errorCodes))
      for (const code of Object.keys(section))
        expect(text.includes(`\`${/gateway|reserved/.test(name) ? code.replaceAll('-', '_') : code}\``)).toBe(
          true,
        )
  })
})
