import { describe, expect, it } from 'vitest'
import { noNeeds } from '../../src/routing/catalogue/request-needs.ts'
import { unobserved } from '../../src/routing/policies/observations/unobserved.ts'
import { createPairPolicies } from '../../src/routing/policies/pair/policy.ts'
import type { PolicyParts } from '../../src/routing/policies/policy-kind.ts'
import { policyKinds } from '../../src/routing/policies/registry.ts'
import { promptFromText } from '../../src/routing/prompts/routed-prompt.ts'
import { createLengthRouter } from '../../src/routing/routers/length/router.ts'
import type { Router } from '../../src/routing/routers/router.ts'
import { policyContract } from '../../src/testing/index.ts'
import { lengthVerifier } from '../support/cascade/length-verifier.ts'

const strong = { name: 'large', provider: 'p', upstream: 'l' }
const weak = { name: 'small', provider: 'p', upstream: 's' }
const { bandit, pair, fixed, cascade, utility, 'cheapest-good-enough': cheapest } = policyKinds

function partsWith(router: Router, routerTimeoutMs = 500): PolicyParts {
  const models = new Map([strong, weak].map((model) => [model.name, model]))
  return {
    name: 'halves',
    findModel: (name) => models.get(name)!,
    findRouter: () => router,
    observed: unobserved,
    loadVerifier: async () => lengthVerifier,
    routerTimeoutMs,
  }
}

const settings = pair.settings.parse({ strong: 'large', weak: 'small', router: 'length' })

describe('pair', () => {
  const cases = policyContract(() => pair.create(settings, partsWith(createLengthRouter())), {
    createWithRouter: (router, routerTimeoutMs) => pair.create(settings, partsWith(router, routerTimeoutMs)),
  })
  for (const { name, run } of cases) it(name, run)
})

describe('pair whose router answers later', () => {
  const router = createLengthRouter()
  const later: Router = {
    name: 'later',
    strongWinRate: (prompt, signal) =>
      signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve(router.strongWinRate(prompt)),
  }
  const create = () =>
    createPairPolicies({ strong, weak, routerTimeoutMs: 500 })({
      policy: null,
      router: later,
      threshold: 0.5,
    })
  for (const { name, run } of policyContract(create)) it(name, run)
})

describe('fixed', () => {
  const create = () => fixed.create({ model: 'large' }, partsWith(createLengthRouter()))
  for (const { name, run } of policyContract(create)) it(name, run)

  it('refuses a request that its model cannot answer', async () => {
    const policy = await fixed.create(
      { model: 'large' },
      { ...partsWith(createLengthRouter()), findModel: () => ({ ...strong, tools: false }) },
    )
    const request = { prompt: promptFromText('x'), messages: [], cachedTokens: null }
    expect(() => policy.choose({ ...request, needs: { ...noNeeds, tools: true } })).toThrow(
      'No model can answer this request: large cannot call tools.',
    )
  })
})

describe('cheapest-good-enough', () => {
  const settings = { candidates: ['large', 'small'], router: 'length', tolerance: 0.05, outputTokens: 400 }
  const cases = policyContract(() => cheapest.create(settings, partsWith(createLengthRouter())), {
    createWithRouter: (router, routerTimeoutMs) =>
      cheapest.create(settings, partsWith(router, routerTimeoutMs)),
  })
  for (const { name, run } of cases) it(name, run)
})

describe('cheapest-good-enough by a table', () => {
  const settings = {
    candidates: ['large', 'small'],
    quality: { large: 0.9, small: 0.6 },
    tolerance: 0.05,
    outputTokens: 400,
  }
  const create = () => cheapest.create(settings, partsWith(createLengthRouter()))
  for (const { name, run } of policyContract(create)) it(name, run)
})

describe('utility', () => {
  const settings = utility.settings.parse({
    candidates: ['large', 'small'],
    router: 'length',
    weights: { usd: 20, firstTokenSeconds: 0.1 },
  })
  const cases = policyContract(() => utility.create(settings, partsWith(createLengthRouter())), {
    createWithRouter: (router, routerTimeoutMs) =>
      utility.create(settings, partsWith(router, routerTimeoutMs)),
  })
  for (const { name, run } of cases) it(name, run)
})

describe('bandit', () => {
  const settings = bandit.settings.parse({ candidates: ['large', 'small'], explorationFloor: 0.1 })
  const vectors = {
    id: 'v',
    dimensions: 3,
    named: 2,
    read: (text: string) => Float32Array.of(text.length, 1, 0),
  }
  const create = () => bandit.create(settings, { ...partsWith(createLengthRouter()), vectors })
  for (const { name, run } of policyContract(create)) it(name, run)
})

describe('cascade', () => {
  const settings = cascade.settings.parse({
    strong: 'large',
    weak: 'small',
    verifier: './v',
    router: 'length',
    hardFrom: 0.7,
    easyBelow: 0.2,
  })
  const cases = policyContract(() => cascade.create(settings, partsWith(createLengthRouter())), {
    createWithRouter: (router, routerTimeoutMs) =>
      cascade.create(settings, partsWith(router, routerTimeoutMs)),
  })
  for (const { name, run } of cases) it(name, run)
})

describe('cascade without a router', () => {
  const settings = cascade.settings.parse({ strong: 'large', weak: 'small', verifier: './v' })
  const create = () => cascade.create(settings, partsWith(createLengthRouter()))
  for (const { name, run } of policyContract(create)) it(name, run)
})

describe('the threshold of a pair', () => {
  const calibrated = { name: 'r', strongWinRate: () => 0.3, winRateQuantiles: [0, 0.2, 0.6] }
  const uncalibrated: Router = { name: 'r', strongWinRate: () => 0.3 }

  it.each([
    ['is the one that is given', { threshold: 0.35 }, calibrated, 0.35],
    ['comes from the calibration for a percentage', { strongPercent: 25 }, calibrated, 0.4],
    ['is the one for 50 % by default', {}, calibrated, 0.2],
    ['is 0.5 by default for a router without calibration', {}, uncalibrated, 0.5],
  ])('%s', async (_what, given, router, threshold) => {
    const policy = pair.create({ ...settings, ...given }, partsWith(router))
    const choice = await policy.choose({
      prompt: { text: 'x', system: '' },
      messages: [],
      needs: noNeeds,
      cachedTokens: null,
    })
    expect(choice).toMatchObject({
      kind: 'routed',
      policy: 'halves',
      threshold: expect.closeTo(threshold, 12),
    })
  })

  it('cannot be a percentage of a router without calibration', () => {
    expect(() => pair.create({ ...settings, strongPercent: 50 }, partsWith(uncalibrated))).toThrow(
      expect.objectContaining({ code: 'no-calibration' }),
    )
  })
})

describe('a pair of which one model cannot answer', () => {
  const reader = { ...strong, modalities: ['text', 'image'] as const }
  const models = new Map(
    [reader, { ...weak, modalities: ['text'] as const }].map((each) => [each.name, each]),
  )
  const asksNothing: Router = {
    name: 'r',
    strongWinRate: () => {
      throw new Error('asked')
    },
  }
  const policy = pair.create(settings, { ...partsWith(asksNothing), findModel: (name) => models.get(name)! })
  const request = (modality: 'image' | 'audio') => ({
    prompt: { text: 'What is in this?', system: '' },
    messages: [],
    needs: { ...noNeeds, modalities: [modality] },
    cachedTokens: null,
  })

  it('gives the request to the other one, without a score', async () => {
    expect(await policy.choose(request('image'))).toMatchObject({
      kind: 'routed',
      model: reader,
      side: 'strong',
      router: null,
      strongWinRate: null,
      candidates: [{ excluded: null }, { excluded: 'modality' }],
    })
  })

  it('refuses what neither can answer, with both reasons', () => {
    expect(() => policy.choose(request('audio'))).toThrow(
      'No model can answer this request: large cannot read audio; small cannot read audio.',
    )
  })
})
