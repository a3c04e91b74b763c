import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import type { Benchmark } from '../benchmark.ts'
import { evaluate } from '../evaluate.ts'
import { checkNoneWorse, checkNotWorse, readEarlierEvaluations } from './regression.ts'
import { checkRequirement, parseRequirement } from './requirement.ts'

const random = createRandom(4)
const benchmark: Benchmark = {
  name: 'small',
  unit: 'percent',
  strongModel: 'big',
  weakModel: 'little',
  rows: Array.from({ length: 300 }, (_, index) => ({
    prompt: `prompt ${index}`,
    strongScore: 100,
    weakScore: index < 150 ? 0 : 100,
  })),
  contaminated: [],
}
const blurred = (noise: number) =>
  benchmark.rows.map((row) => row.strongScore - row.weakScore + noise * random.next())
const good = blurred(60)
const bad = blurred(2000)
const run = (winRates: number[], options = {}) =>
  evaluate({ benchmark, routers: [{ name: 'mine', winRates }], samples: 200, ...options })
const evaluation = run(good)

describe('--require', () => {
  it.each([
    ['mine.apgr>=0.6', true],
    ['mine.apgr >= 0.9', false],
    ['mine.apgr>.7', true],
    ['mine.apgr.low>0.5', true],
    ['mine.apgr.high<=0.74', false],
    ['mine.cpt.50<=25.5', true],
    ['mine.cpt.80<10', false],
    ['mine.auc>80', true],
    ['mine.apgr>length.apgr', true],
    ['random.apgr>=mine.apgr', false],
    ['oracle.apgr>=mine.apgr', true],
    ['mine.apgr>=6e-1', true],
  ])('%s is %s', (text, passed) => {
    expect(checkRequirement(evaluation, parseRequirement(text)).passed).toBe(passed)
  })

  it('says what it found', () => {
    expect(checkRequirement(evaluation, parseRequirement('mine.apgr>=0.9')).message).toMatch(
      /^not met: mine\.apgr on small is 0\.7\d*, required >= 0\.9$/,
    )
    expect(checkRequirement(evaluation, parseRequirement('mine.apgr>random.apgr')).message).toMatch(
      /required > random\.apgr = 0\.5$/,
    )
  })

  it.each([
    ['mine.apgr', /has no comparison/],
    ['mine.apgr=0.6', /has no comparison/],
    ['mine.apgr>=', /has no comparison/],
    ['mine>=0.6', /"mine" is not a router and one of the metrics apgr, apgr\.low/],
    ['mine.cpt>=0.6', /"mine\.cpt" is not a router/],
    ['.apgr>=0.6', /"\.apgr" is not a router/],
    ['mine.apgr>=high', /"high" is not a router/],
  ])('refuses %s', (text, message) => {
    expect(() => parseRequirement(text)).toThrow(message)
  })

  it('refuses a router that was not evaluated, and an interval that is not there', () => {
    expect(() => checkRequirement(evaluation, parseRequirement('yours.apgr>=0.6'))).toThrow(
      /names "yours", which was not evaluated\. There are mine, random, length, oracle\./,
    )
    expect(() =>
      checkRequirement(run(good, { metrics: 'reference' }), parseRequirement('mine.apgr.low>=0.6')),
    ).toThrow(/asks for an interval, and there is none/)
  })
})

describe('--not-worse-than', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'routellm-earlier-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function earlier(value: unknown) {
    const file = join(folder, 'old.json')
    await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value))
    return (await readEarlierEvaluations(file))[0]!
  }

  it('passes the same router, paired', async () => {
    const [result] = checkNotWorse(evaluation, await earlier(evaluation), 'old.json')
    expect(result).toMatchObject({ passed: true })
    expect(result!.message).toMatch(/difference \+0\.0000, 95 % interval \+0\.0000 to \+0\.0000, paired/)
  })

  it('fails a router that got worse, and passes one that got better', async () => {
    expect(checkNotWorse(run(bad), await earlier(evaluation), 'old.json')[0]!.passed).toBe(false)
    expect(checkNotWorse(evaluation, await earlier(run(bad)), 'old.json')[0]!.passed).toBe(true)
  })

  it('is unpaired, and wider, where the resamples differ', async () => {
    const other = run(good, { seed: 9 })
    const [result] = checkNotWorse(other, await earlier(evaluation), 'old.json')
    expect(result).toMatchObject({ passed: true, message: expect.stringContaining('unpaired') })
    expect(checkNotWorse(run(bad, { seed: 9 }), await earlier(evaluation), 'old.json')[0]!.passed).toBe(false)
  })

  it('compares bare numbers with reference metrics', async () => {
    const old = await earlier(run(good, { metrics: 'reference' }))
    expect(checkNotWorse(run(good, { metrics: 'reference' }), old, 'old.json')[0]!.passed).toBe(true)
    expect(checkNotWorse(run(bad, { metrics: 'reference' }), old, 'old.json')[0]!).toMatchObject({
      passed: false,
      message: expect.stringContaining('no interval'),
    })
  })

  it('refuses what cannot be compared', async () => {
    const fewer = evaluate({
      benchmark: { ...benchmark, rows: benchmark.rows.slice(1) },
      routers: [{ name: 'mine', winRates: good.slice(1) }],
      samples: 5,
    })
    const onFewer = await earlier(fewer)
    expect(() => checkNotWorse(evaluation, onFewer, 'old.json')).toThrow(/Evaluate both on the same rows/)
    const renamed = await earlier({
      ...evaluation,
      routers: evaluation.routers.map((r) => ({ ...r, name: 'was' })),
    })
    expect(() => checkNotWorse(evaluation, renamed, 'old.json')).toThrow(/has the routers was, this run mine/)
    await expect(earlier('{')).rejects.toThrow(/is not a result of `routellm evaluate --json`/)
    await expect(earlier({ ...evaluation, rowsHash: 1 })).rejects.toThrow(/\(rowsHash: /)
    await expect(readEarlierEvaluations(join(folder, 'none.json'))).rejects.toThrow(/ENOENT/)
  })

  it('pairs several results by their rows, whatever their order, and leaves none unchecked', async () => {
    const other = { ...run(bad), benchmark: 'other', rowsHash: 'f'.repeat(64) }
    const file = join(folder, 'several.json')
    await writeFile(file, JSON.stringify({ evaluations: [other, evaluation] }))
    const results = [{ file, evaluations: await readEarlierEvaluations(file) }]
    const checks = checkNoneWorse([evaluation, other], results)
    expect(checks.map(({ passed, message }) => [passed, message.includes('on other')])).toEqual([
      [true, true],
      [true, false],
    ])
    expect(() => checkNoneWorse([evaluation], results)).toThrow(/Evaluate both on the same rows/)
    const one = [{ file, evaluations: results[0]!.evaluations.slice(1) }]
    expect(() => checkNoneWorse([evaluation, other], one)).toThrow(/several.json\) measured other/)
    expect(checkNoneWorse([evaluation], [])).toEqual([])
  })
})
