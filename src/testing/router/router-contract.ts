import assert from 'node:assert/strict'
import { promptFromText, type RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import { isModelScoringRouter } from '../../routing/routers/model-scoring-router.ts'
import type {
  BatchRouter,
  CalibratedRouter,
  CrossFittedRouter,
  ExplainingRouter,
  Router,
} from '../../routing/routers/router.ts'
import {
  isBatchRouter,
  isCalibratedRouter,
  isCrossFittedRouter,
  isEmbeddingRouter,
  isExplainingRouter,
  routerNamePattern,
} from '../../routing/routers/router.ts'
import type { ContractCase } from '../contract-case.ts'
import { firstText, sampleTexts, secondText, thirdText } from '../sample-texts.ts'
import { embeddingRouterCases } from './embedding-cases.ts'
import { modelScoringRouterCases } from './model-scoring-cases.ts'

export type RouterContractOptions = {
  /**
   * The maximum difference of two win rates of one prompt. Default: 0. Set it for a router that computes prompts in
   * batches, because sums then depend on the other prompts.
   */
  readonly tolerance?: number
}

/**
 * The rules of `Router`, and those of each capability that the router has.
 *
 * @param createRouter creates the router under test. Two routers that it creates must agree.
 *   Called once here, to see which capabilities there are, and once per case.
 */
export async function routerContract(
  createRouter: () => Router | Promise<Router>,
  { tolerance = 0 }: RouterContractOptions = {},
): Promise<readonly ContractCase[]> {
  const router = await createRouter()
  return [
    ...scoringCases(createRouter, tolerance),
    ...(isBatchRouter(router) ? batchCases(capable(createRouter, isBatchRouter), tolerance) : []),
    ...(isEmbeddingRouter(router) ? embeddingRouterCases(capable(createRouter, isEmbeddingRouter)) : []),
    ...(isModelScoringRouter(router)
      ? modelScoringRouterCases(capable(createRouter, isModelScoringRouter), tolerance)
      : []),
    ...(isExplainingRouter(router) ? explainingCases(capable(createRouter, isExplainingRouter)) : []),
    ...(isCalibratedRouter(router) ? calibratedCases(capable(createRouter, isCalibratedRouter)) : []),
    ...(isCrossFittedRouter(router) ? crossFittedCases(capable(createRouter, isCrossFittedRouter)) : []),
  ]
}

function scoringCases(createRouter: () => Router | Promise<Router>, tolerance: number): ContractCase[] {
  return [
    {
      name: 'its name can stand in router-<name>-<threshold>',
      run: async () => assert.match((await createRouter()).name, routerNamePattern),
    },
    ...sampleTexts.map(({ kind, text }) => ({
      name: `a prompt of ${kind} has a win rate in [0, 1]`,
      run: async () => assertWinRate(await (await createRouter()).strongWinRate(promptFromText(text)), kind),
    })),
    {
      name: 'instructions around a prompt are accepted',
      run: async () => {
        const prompt = { text: firstText, system: 'You are a patient teacher. Answer in one sentence.' }
        assertWinRate(await (await createRouter()).strongWinRate(prompt), 'with instructions')
      },
    },
    {
      name: 'equal prompts have equal win rates, whatever was scored between them',
      run: async () => {
        const router = await createRouter()
        const first = await router.strongWinRate(promptFromText(firstText))
        await router.strongWinRate(promptFromText(secondText))
        assertNear(await router.strongWinRate(promptFromText(firstText)), first, tolerance)
      },
    },
    {
      name: 'two routers created alike agree',
      run: async () => {
        const [one, other] = [await createRouter(), await createRouter()]
        for (const text of [firstText, secondText, thirdText]) {
          const prompt = promptFromText(text)
          assertNear(await one.strongWinRate(prompt), await other.strongWinRate(prompt), tolerance, text)
        }
      },
    },
    {
      name: 'prompts scored at once do not disturb each other',
      run: async () => {
        const router = await createRouter()
        const prompts = [firstText, secondText, thirdText, firstText].map(promptFromText)
        const together = await Promise.all(prompts.map((prompt) => router.strongWinRate(prompt)))
        const alone: number[] = []
        for (const prompt of prompts) alone.push(await router.strongWinRate(prompt))
        for (const [index, winRate] of together.entries()) assertNear(winRate, alone[index], tolerance)
      },
    },
    {
      name: 'the prompt is left as it was',
      run: async () =>
        assertWinRate(await (await createRouter()).strongWinRate(frozen(firstText)), firstText),
    },
    {
      name: 'after an abort it rejects with the reason, unless it never waits',
      run: async () => {
        const router = await createRouter()
        const reason = new Error('the client went away')
        const prompt = promptFromText('A prompt that nothing scored before.')
        await assertAbandoned(() => router.strongWinRate(prompt, AbortSignal.abort(reason)), reason)
      },
    },
  ]
}

function batchCases(createRouter: () => Promise<BatchRouter>, tolerance: number): ContractCase[] {
  return [
    {
      name: 'a batch has the win rates of its prompts one by one, in order',
      run: async () => {
        const router = await createRouter()
        const prompts = sampleTexts.map(({ text }) => promptFromText(text))
        const batch = await router.strongWinRates(prompts)
        assert.ok(batch instanceof Float64Array, 'strongWinRates resolves to a Float64Array')
        assert.equal(batch.length, prompts.length)
        for (const [index, prompt] of prompts.entries())
          assertNear(batch[index], await router.strongWinRate(prompt), tolerance, sampleTexts[index]?.kind)
      },
    },
    {
      name: 'a batch of nothing is nothing',
      run: async () => assert.equal((await (await createRouter()).strongWinRates([])).length, 0),
    },
    {
      name: 'an aborted batch rejects with the reason',
      run: async () => {
        const router = await createRouter()
        const reason = new Error('interrupted')
        const batch = router.strongWinRates([promptFromText('Not scored.')], AbortSignal.abort(reason))
        await assert.rejects(batch, (error) => error === reason)
      },
    },
  ]
}

function explainingCases(createRouter: () => Promise<ExplainingRouter>): ContractCase[] {
  return sampleTexts.map(({ kind, text }) => ({
    name: `the explanation of ${kind} belongs to its win rate, largest influence first`,
    run: async () => {
      const router = await createRouter()
      const explanation = await router.explain(promptFromText(text))
      assert.equal(explanation.strongWinRate, await router.strongWinRate(promptFromText(text)))
      let largest = Number.POSITIVE_INFINITY
      for (const { feature, value, effect } of explanation.contributions) {
        assert.notEqual(feature.trim(), '', 'every contribution names its feature')
        assert.ok(Number.isFinite(value), `the value of ${feature} is ${value}`)
        assert.ok(Math.abs(effect) <= largest, `${feature} with effect ${effect} is after ${largest}`)
        largest = Math.abs(effect)
      }
    },
  }))
}

function calibratedCases(createRouter: () => Promise<CalibratedRouter>): ContractCase[] {
  return [
    {
      name: 'its win-rate quantiles ascend within [0, 1]',
      run: async () => {
        const { winRateQuantiles } = await createRouter()
        assert.ok(winRateQuantiles.length >= 2, `${winRateQuantiles.length} quantiles are too few`)
        for (const [index, quantile] of winRateQuantiles.entries()) {
          assertWinRate(quantile, `quantile ${index}`)
          assert.ok(
            index === 0 || quantile >= (winRateQuantiles[index - 1] ?? 0),
            `quantile ${index} descends`,
          )
        }
      },
    },
  ]
}

function crossFittedCases(createRouter: () => Promise<CrossFittedRouter>): ContractCase[] {
  return [
    {
      name: 'it has no left-out win rate for a prompt that it was not fitted on',
      run: async () => {
        const prompt = promptFromText('Nobody ever labelled this prompt, about a purple submarine.')
        assert.equal((await createRouter()).crossFittedWinRate(prompt), undefined)
      },
    },
  ]
}

/** The router again, by its capability, which every router of the factory must have. */
function capable<Capability extends Router>(
  createRouter: () => Router | Promise<Router>,
  isCapable: (router: Router) => router is Capability,
): () => Promise<Capability> {
  return async () => {
    const router = await createRouter()
    assert.ok(isCapable(router), 'the factory makes the same kind of router each time')
    return router
  }
}

function frozen(text: string): RoutedPrompt {
  return Object.freeze(promptFromText(text))
}

function assertWinRate(winRate: number, of: string): void {
  assert.ok(winRate >= 0 && winRate <= 1, `the win rate of ${of} is ${winRate}, not in [0, 1]`)
}

function assertNear(
  actual: number | undefined,
  expected: number | undefined,
  tolerance: number,
  of = 'the prompt',
): void {
  const apart = Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN))
  assert.ok(apart <= tolerance, `the win rate of ${of} is ${actual}, expected ${expected}`)
}

/** A number at once is fine (nothing was waited for); a promise has to reject with the reason. */
async function assertAbandoned(score: () => number | Promise<number>, reason: Error): Promise<void> {
  let outcome: number | Promise<number>
  try {
    outcome = score()
  } catch (error) {
    assert.equal(error, reason)
    return
  }
  if (typeof outcome === 'number') assertWinRate(outcome, 'the prompt')
  else await assert.rejects(outcome, (error) => error === reason)
}
