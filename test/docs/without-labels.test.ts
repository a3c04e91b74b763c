import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { targetsMarkdown } from '../../scripts/docs/measured/targets.mjs'
import {
  builtinQualityMarkdown,
  everydayOverviewMarkdown,
  withoutLabelsMarkdown,
} from '../../scripts/docs/measured/without-labels.mjs'
import { project } from '../support/run-program.ts'

const figure = (value: number, others: readonly string[] = ['length', 'rules', 'old default']) => ({
  value,
  interval: [value - 0.02, value + 0.02],
  minus: Object.fromEntries(
    others.map((other) => [other, { difference: value - 0.5, interval: [value - 0.55, value - 0.45] }]),
  ),
})
const group = (mf: number, more = {}) => ({
  rows: 32,
  hard: 12,
  routers: {
    mf: figure(mf),
    length: figure(0.47),
    rules: figure(0.67),
    'old default': figure(0.41),
    ...more,
  },
})

describe('the table of routers without labels', () => {
  it('has each router of which something is asked beside the others, with paired differences', () => {
    const everyday = { hand_written: { all: group(0.96, { 'encoder tier': figure(0.97) }) } }
    const written = withoutLabelsMarkdown(everyday, { benchmarks: {} })
    expect(written).toContain(
      '(12 hard, 20 easy): **built-in** | ≥ .95 | **.960 (.940 to .980)** | met | .410 | .470 | .670 | +.460 (+.410 to +.510) |',
    )
    expect(written).toContain('**encoder tier** | ≥ .98 | **.970 (.950 to .990)** | **missed** |')
    expect(written).toContain('**Targets missed:** hand-written prompts, length balanced (encoder tier).')
  })

  it('judges the languages by the one in which the router is worst', () => {
    const languages = { groups: { en: group(0.99), zh: group(0.97) }, all: group(0.98) }
    const written = withoutLabelsMarkdown({ everyday_tiers: languages }, { benchmarks: {} })
    expect(written).toMatch(/the lowest.*: zh .*\| ≥ \.98 \| \*\*\.970 .*\| \*\*missed\*\*/)
    expect(written).toMatch(/\| mean of the languages \| {2}\| \.980 \|/)
  })

  it('says of MMLU and GSM8K how far they may be below length', () => {
    const benchmarks = { mmlu: { ...group(0.48), rows: 14037 }, gsm8k: { ...group(0.49), rows: 1307 } }
    const written = withoutLabelsMarkdown({}, { benchmarks })
    expect(written).toMatch(/MMLU, no labels: \*\*built-in\*\* \| − length ≥ −\.015 .*\| \*\*missed\*\* \|/)
    expect(written).toMatch(/GSM8K, no labels: \*\*built-in\*\* \| − length ≥ −\.015 .*\| met \|/)
    expect(builtinQualityMarkdown({ benchmarks })).toContain('| **built-in** − length, paired | −.020 (−.070')
  })

  it('has routers of other packages within each band of length', () => {
    const { minus: _, ...other } = figure(0.6)
    const everyday = {
      real: {
        all: group(0.7),
        groups: { 'under 100': group(0.75) },
        strongShares: { mf: { hard: 0.6, easy: 0.2 } },
        otherPackages: { 'under 100': { mf: figure(0.75), Other: other } },
      },
    }
    const written = withoutLabelsMarkdown(everyday, { benchmarks: {} })
    expect(written).toContain('| **built-in** | .750 (.730 to .770) |\n| Other | .600 (.580 to .620) |')
    expect(written).toContain('| **built-in** | 60 % | 20 % |')
  })

  it('has a short form for README.md, with a dash for what was not measured', () => {
    const everyday = {
      hand_written: { all: group(0.96, { 'encoder tier': figure(0.98) }) },
      real: { all: group(0.7), groups: { 'under 100': group(0.75) } },
    }
    expect(everydayOverviewMarkdown(everyday).split('\n').slice(2)).toEqual([
      '| hand-written prompts, length balanced | .960 (.940 to .980) | .980 (.960 to 1.000) | .410 (.390 to .430) | .470 (.450 to .490) | .670 (.650 to .690) |',
      '| real prompts, under 100 characters | .750 (.730 to .770) | — | .410 (.390 to .430) | .470 (.450 to .490) | .670 (.650 to .690) |',
    ])
  })

  it('says that all is met only if it is', () => {
    const everyday = { hand_written: { all: group(0.95) } }
    expect(withoutLabelsMarkdown(everyday, { benchmarks: {} })).toContain('Every target is met.')
  })
})

describe('the table of targets', () => {
  it('has the same rows', () => {
    const names = [
      'evaluation',
      'own-labels',
      'pseudo-domains',
      'pseudo-domains-before',
      'guarantee',
      'router-speed',
      'mf-training',
      'audit',
      'transformers',
    ]
    const results = Object.fromEntries(
      names.map((name) => [
        name,
        JSON.parse(readFileSync(join(project, 'benchmarks', 'results', `${name}.json`), 'utf8')),
      ]),
    )
    const everyday = { hand_written: { all: group(0.9) } }
    const written = targetsMarkdown({ ...results, everyday, 'builtin-quality': { benchmarks: {} } })
    expect(written).toContain(
      '| built-in, hand-written prompts, length balanced (12 hard, 20 easy) | ≥ .95 | .900 (.880 to .920) | **missed** |',
    )
  })
})
