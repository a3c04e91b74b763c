import { describe, expect, it } from 'vitest'
import { familyOf, outcomeUnits, type PromptOutcomes } from './outcome-units.ts'

/** Prompt i of `rows`: whether each model is right says a function of i. */
function rows(
  dataset: string,
  models: Readonly<Record<string, (row: number) => number | undefined>>,
  { count = 100, category = null as string | null, source = 'lab/one' } = {},
): PromptOutcomes[] {
  return Array.from({ length: count }, (_, row) => {
    const scores: Record<string, number> = {}
    for (const [model, scoreOf] of Object.entries(models)) {
      const score = scoreOf(row)
      if (score !== undefined) scores[model] = score
    }
    return { prompt: `${dataset} ${row}`, dataset, source, category, scores }
  })
}

const always = () => 1
const half = (row: number) => row % 2
const third = (row: number) => (row % 3 === 0 ? 1 : 0)

describe('units of outcomes', () => {
  it('average the gaps of all pairs worth routing between, each with mean 1', () => {
    const [unit] = outcomeUnits(rows('svamp', { strong: always, weak: half, guessing: third }))
    expect(unit).toMatchObject({ name: 'svamp (lab)', family: 'word problems', pairs: 1 })
    // 1 − row % 2, over its mean of one half; `guessing` is right in .34 of the prompts, too few.
    expect([...unit!.gains.slice(0, 4)]).toEqual([2, 0, 2, 0])
  })

  it('leave out models that answered few prompts, and count a missing outcome as an average one', () => {
    const mostly = (row: number) => (row === 3 ? undefined : half(row))
    const rarely = (row: number) => (row < 10 ? half(row) : undefined)
    const [unit] = outcomeUnits(rows('svamp', { strong: always, mostly, rarely, None: half }))
    expect(unit!.pairs).toBe(1)
    expect(unit!.gains[3]).toBe(1)
    expect(unit!.gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(100, 9)
  })

  it('are none where prompts are few, models are alike, or nobody knows the family', () => {
    const models = { strong: always, weak: half }
    expect(outcomeUnits(rows('svamp', models, { count: 99 }))).toEqual([])
    expect(outcomeUnits(rows('svamp', { one: half, other: half }))).toEqual([])
    expect(outcomeUnits(rows('ifeval', models))).toEqual([])
    expect(outcomeUnits(rows('toString', models))).toEqual([])
  })

  it('tell sources apart, and take a mix apart into its data sets', () => {
    const models = { strong: always, weak: half }
    const units = outcomeUnits([
      ...rows('humaneval', models),
      ...rows('humaneval', models, { source: 'two (lab)' }),
      ...rows('ulab_llmrouter_mix', models, { category: 'gsm8k' }),
      ...rows('ulab_llmrouter_mix', models, { category: 'mbpp' }),
    ])
    expect(units.map(({ name, family }) => [name, family])).toEqual([
      ['humaneval (lab)', 'programs'],
      ['humaneval (two)', 'programs'],
      ['ulab_llmrouter_mix: gsm8k (lab)', 'word problems'],
      ['ulab_llmrouter_mix: mbpp (lab)', 'programs'],
    ])
  })

  it('read scores from 1 to 10 as tenths', () => {
    const [unit] = outcomeUnits(rows('arena_bench_v1', { strong: () => 9, weak: (row) => 5 + (row % 2) }))
    expect(unit!.pairs).toBe(1)
    expect(outcomeUnits(rows('arena_bench_v1', { strong: () => 9, weak: () => 8.5 }))).toEqual([])
  })
})

describe('families of data sets', () => {
  it('put tasks together that tell about each other', () => {
    expect(familyOf('routerbench_mbpp', null)).toBe(familyOf('humaneval', 'code'))
    expect(familyOf('ulab_llmrouter_mix', 'gsm8k')).toBe(familyOf('svamp', null))
    expect(familyOf('math_hard_test', 'algebra')).toBeUndefined()
    expect(familyOf('ulab_llmrouter_mix', null)).toBeUndefined()
  })
})
