import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import type { PolicyEstimate } from '../../../src/jobs/estimate-policy/policy-estimate.ts'
import type { ValueEstimates } from '../../../src/learning/loop/off-policy/value-estimates.ts'
import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { routellm } from '../../support/command-line.ts'
import { type LabelledStoreOptions, writeLabelledStore } from '../../support/loop/labelled-store.ts'
import { type LabelledPrompt, labelledPrompts } from '../../support/loop/labelled-traffic.ts'

const count = 1200
const weekMs = 7 * 86_400_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-estimate-'))
  const prices = 'inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 9'
  await writeFile(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { demo: { kind: demo } }
models: { large: { provider: demo, ${prices} }, small: { provider: demo, ${prices} }, other: { provider: demo, ${prices} } }
policy: { strong: large, weak: small }
policies:
  plain: { kind: fixed, model: small }
  dear: { kind: fixed, model: large }
  another: { kind: fixed, model: other }
  careful: { kind: pair, strong: large, weak: small, router: mf, threshold: 0.5 }
  by-length: { kind: pair, strong: large, weak: small, router: length, threshold: 0.5 }
  learns: { kind: bandit, candidates: [large, small], quality: { large: 0.9, small: 0.5 } }
auto: { policy: plain }
`,
  )
})
afterEach(() => rm(folder, { recursive: true }))

const usdOf = { large: 0.01, small: 0.001 }
type Answering = keyof typeof usdOf

/**
 * A week in which `plain` answers with the small model and 30 % of the sessions explore, so that 15 % get the large one. Half of the
 * answers are labelled. The router in service, which decides nothing there, tells hard prompts from easy ones.
 */
async function writeWeek(seed: number, options: Partial<LabelledStoreOptions> = {}): Promise<void> {
  const random = createRandom(seed + 100)
  await writeLabelledStore(join(folder, '.routellm'), {
    strong: 'large',
    weak: 'small',
    now: Date.now(),
    count,
    seed,
    change: ({ isHard }) => toRequest(isHard, random.next() < 0.15 ? 'large' : 'small', random.next()),
    feedback: (prompt, index) => ({ scores: isLabelled(index) ? qualitiesOf(prompt, index) : {} }),
    ...options,
  })
}

/** Whether a request is labelled has nothing to do with its quality. */
const isLabelled = (index: number) => index % 40 < 20

/** The large model fails 15 % of the prompts. */
const qualitiesOf = ({ weak }: LabelledPrompt, index: number) => ({
  large: (index * 7) % 20 < 17 ? 1 : 0,
  small: weak,
})

function toRequest(isHard: boolean, model: Answering, noise: number): Partial<RequestEntry> {
  const usd = usdOf[model] * (0.5 + noise) * (isHard ? 1.5 : 1)
  const candidate = { usd: null, score: null, excluded: null }
  return {
    ...{ model, usd, chargedUsd: usd, policy: 'plain', router: 'mf', strongWinRate: isHard ? 0.8 : 0.2 },
    candidates: [
      { ...candidate, model: 'large', propensity: 0.15 },
      { ...candidate, model: 'small', propensity: 0.85 },
    ],
    features: null,
  }
}

/** What answering each prompt of the week with a model of one's choice is worth, and costs on average. */
function truthOf(seed: number, choose: (prompt: LabelledPrompt) => Answering) {
  let [quality, usd] = [0, 0]
  for (const [index, prompt] of labelledPrompts(count, seed).entries()) {
    const model = choose(prompt)
    quality += qualitiesOf(prompt, index)[model] / count
    usd += (usdOf[model] * (prompt.isHard ? 1.5 : 1)) / count
  }
  return { quality, usd }
}

async function estimate(policy: string, ...flags: string[]): Promise<PolicyEstimate> {
  const { exitCode, stdout, stderr } = await routellm(
    ['policies', 'estimate', '--policy', policy, '--json', ...flags],
    { folder },
  )
  expect(exitCode, stderr).toBe(0)
  return JSON.parse(stdout)
}

function estimated({ estimate: found }: PolicyEstimate) {
  if (found.kind === 'refused') throw new Error(found.message)
  return found as typeof found & { quality: ValueEstimates; usd: ValueEstimates }
}

function expectTruth(values: ValueEstimates, truth: number): void {
  for (const { interval } of [values.doublyRobust, values.selfNormalized, values.ips]) {
    expect(interval[0]).toBeLessThan(truth)
    expect(interval[1]).toBeGreaterThan(truth)
  }
}

describe('routellm policies estimate', () => {
  it.each<[string, (prompt: LabelledPrompt) => Answering]>([
    ['careful', ({ isHard }) => (isHard ? 'large' : 'small')],
    ['dear', () => 'large'],
    ['auto', () => 'small'],
  ])('finds what %s would have cost, and how well it would have answered', async (policy, choose) => {
    await writeWeek(3)
    const result = await estimate(policy)
    const { requests, shares, quality, usd, sessions } = estimated(result)
    const truth = truthOf(3, choose)
    expect([requests, sessions, result.logged]).toEqual([count, count, count])
    expectTruth(quality, truth.quality)
    expectTruth(usd, truth.usd)
    const width = (interval: readonly [number, number]) => interval[1] - interval[0]
    expect(width(quality.doublyRobust.interval)).toBeLessThan(0.25)
    expect(usd.doublyRobust.change.value).toBeCloseTo(usd.doublyRobust.value - usd.logged, 12)
    const large = labelledPrompts(count, 3).filter((prompt) => choose(prompt) === 'large').length / count
    expect(shares.large ?? 0).toBeCloseTo(large, 9)
    expect(result.labels).toMatchObject({ kind: 'volunteered', labels: count / 2 })
    expect(result.scoredBy['win-rate']).toBe(policy === 'careful' ? count : 0)
  })

  it('scores kept vectors, and says it for a person', async () => {
    const random = createRandom(7)
    // Vectors are kept, and another router was in service.
    const change: LabelledStoreOptions['change'] = ({ isHard }) => {
      const { features: _, ...request } = toRequest(isHard, random.next() < 0.15 ? 'large' : 'small', 0.5)
      return { ...request, router: 'another' }
    }
    await writeWeek(4, { change })
    const result = await estimate('careful')
    expect(result.scoredBy).toEqual({ text: 0, vector: count, 'win-rate': 0, 'no-router': 0 })
    const { stdout } = await routellm(['policies', 'estimate', '--policy', 'careful', '--since', '7d'], {
      folder,
    })
    expect(stdout).toMatch(
      /^careful on 1,200 requests in 1,200 sessions since .* UTC, worth [\d,]+ sessions of its own$/m,
    )
    expect(stdout).toMatch(
      /^dollars per request, doubly robust +\$0\.00\d+ +\$0\.00\d+ to \$0\.0\d+ +-?\$0\.0\d+ /m,
    )
    expect(stdout).toMatch(/^Those requests have cost \$\d.*; under careful they would have cost \$\d/m)
    expect(stdout).toMatch(/^Their quality was 0\.\d{3}; it would have been 0\.\d{3} \(/m)
  })

  it('scores kept texts as it scores their vectors', async () => {
    const week = async (change: LabelledStoreOptions['change']) => {
      await rm(join(folder, '.routellm'), { recursive: true, force: true })
      await writeWeek(4, { count: 600, ...(change && { change }) })
      const result = await estimate('careful')
      return { scoredBy: result.scoredBy, large: estimated(result).shares.large! }
    }
    const toDrawn = (isHard: boolean, index: number): Partial<RequestEntry> => {
      const { features: _, ...request } = toRequest(isHard, index % 7 === 0 ? 'large' : 'small', 0.5)
      return { ...request, router: 'another' }
    }
    const body = (text: string) => ({ text, totalBytes: text.length, isCut: false })
    const byVector = await week(({ isHard }, index) => toDrawn(isHard, index))
    const byText = await week(({ prompt, isHard }, index) => {
      const request = { model: 'auto', messages: [{ role: 'user', content: prompt }] }
      const text = { request: body(JSON.stringify(request)), response: body('{}') }
      return { ...toDrawn(isHard, index), text, features: null }
    })
    expect(byVector.scoredBy.vector).toBe(600)
    expect(byText.scoredBy.text).toBe(600)
    expect(byText.large).toBeGreaterThan(0.02)
    expect(Math.abs(byText.large - byVector.large)).toBeLessThan(0.02)
  })

  it('counts the requests of the time only, without those that say nothing', async () => {
    await writeWeek(5, { now: Date.now() - weekMs - 1000, count: 100 })
    const random = createRandom(9)
    const change: LabelledStoreOptions['change'] = ({ isHard }, index) => ({
      ...toRequest(isHard, random.next() < 0.15 ? 'large' : 'small', 0.5),
      ...(index % 100 === 0 && { status: 502 }),
      ...(index % 100 === 1 && { fallback: 'upstream-error' as const }),
      ...(index % 400 === 2 && { usd: null }),
    })
    await writeWeek(6, { change })
    const all = await estimate('dear')
    const week = await estimate('dear', '--since', '7d')
    expect([all.logged, week.logged]).toEqual([count + 100, count])
    expect(week.leftOut).toEqual({ failed: 12, replaced: 12, notKept: 0, notChosen: 0, unpriced: 3 })
    expect(estimated(week).requests).toBe(count - 27)
    expect(week.notes.join('\n')).toMatch(/^12 requests that no model answered are not counted\.$/m)
  })

  it('says to configure exploration if nothing was drawn', async () => {
    const plain = [{ model: 'small', usd: null, score: null, excluded: null }]
    await writeWeek(1, { count: 30, change: () => ({ candidates: plain }) })
    expect((await estimate('dear')).estimate).toMatchObject({
      kind: 'refused',
      reason: 'no-propensities',
      message: expect.stringMatching(/^None of the 30 routed requests .* Configure `exploration`/),
    })
    const experiment = { id: 'cheaper', arm: 'control' } as const
    await writeWeek(2, { count: 30, change: () => ({ candidates: plain, experiment }) })
    expect((await estimate('dear')).notes.join('\n')).toMatch(
      /30 requests of experiments have no propensities/,
    )
  })

  it('refuses what the requests cannot tell, with what to do', async () => {
    await writeWeek(1, { count: 400 })
    const refused = async (policy: string) => (await estimate(policy)).estimate
    expect(await refused('by-length')).toMatchObject({
      reason: 'not-scored',
      message: expect.stringMatching(/^Of 400 requests .* 0 only, .* turn on store\.features or store\.text/),
    })
    expect(await refused('another')).toMatchObject({
      reason: 'no-overlap',
      message: expect.stringMatching(/would choose other for 100\.0 % of the requests/),
    })
    const run = (policy: string) => routellm(['policies', 'estimate', '--policy', policy], { folder })
    expect(await run('learns')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/learns while it serves/),
    })
    expect(await run('none')).toMatchObject({ stderr: expect.stringMatching(/no policy "none"/) })
  })
})
