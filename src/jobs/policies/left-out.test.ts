import { expect, it } from 'vitest'
import type {
  CrossFittedModelScoringRouter,
  ModelScoringRouter,
  ReplyPredictingRouter,
} from '../../routing/routers/model-scoring-router.ts'
import type { CrossFittedRouter, Router } from '../../routing/routers/router.ts'
import type { RouterKind } from '../../routing/routers/router-kind.ts'
import { describeTrainedPrompts } from '../../routing/routers/trained-prompts/trained-prompts.ts'
import { leaveLabelsOut } from './left-out.ts'
import type { OpenPolicy, OpenRouter } from './open-policies.ts'

const prompts = ['one', 'two', 'three']
const { signal } = new AbortController()

/** A router that was trained on `two` and, if `leftOut` is given, knows its win rate from a fit without it. */
function leaveOut(router: Router, policyKind: string, leftOut?: number) {
  const kind = {
    kind: 'length',
    origin: {
      trainedPrompts: async () => describeTrainedPrompts(['two', 'other'], () => leftOut),
    },
  } as unknown as RouterKind
  const open: OpenRouter = { router, spec: { name: router.name, kind: 'length' } }
  const policy = { kind: policyKind, routers: [router.name] } as unknown as OpenPolicy
  const dependencies = { embedderOptions: {}, hub: {}, kinds: [kind] }
  return leaveLabelsOut(prompts, [policy], new Map([[router.name, open]]), dependencies, signal).then(
    (found) => ({ ...found, replaced: found.routerFor(open) }),
  )
}

const flattered: Router = { name: 'r', strongWinRate: () => 0.9 }

it('a label that the router was trained on gets the win rate of a fit without it', async () => {
  const { isLearned, crossFitted, replaced } = await leaveOut(flattered, 'pair', 0.25)
  expect(isLearned).toEqual([false, false, false])
  expect(crossFitted).toBe(1)
  expect(prompts.map((text) => replaced.strongWinRate({ text, system: '' }))).toEqual([0.9, 0.25, 0.9])
})

it('cannot be used if there is no such win rate', async () => {
  const { isLearned, crossFitted, replaced } = await leaveOut(flattered, 'pair')
  expect(isLearned).toEqual([false, true, false])
  expect(crossFitted).toBe(0)
  expect(replaced).toBe(flattered)
})

it('nor if a policy needs the scores of models, which were fitted with it', async () => {
  const scoring: ModelScoringRouter = {
    ...flattered,
    models: ['a', 'b'],
    pair: { strong: 'a', weak: 'b' },
    modelScoreUnit: 'labels',
    modelScores: () => Float64Array.of(1, 0),
  }
  expect((await leaveOut(scoring, 'cheapest-good-enough', 0.25)).isLearned).toEqual([false, true, false])
  expect((await leaveOut(scoring, 'pair', 0.25)).isLearned).toEqual([false, false, false])
})

it('a router without a record of its prompts is asked', async () => {
  const router: CrossFittedRouter = {
    ...flattered,
    crossFittedWinRate: ({ text }) => (text === 'three' ? 0.1 : undefined),
  }
  const kind = { kind: 'length' } as unknown as RouterKind
  const open: OpenRouter = { router, spec: { name: 'r', kind: 'length' } }
  const policy = { kind: 'pair', routers: ['r'] } as unknown as OpenPolicy
  const dependencies = { embedderOptions: {}, hub: {}, kinds: [kind] }
  const found = await leaveLabelsOut(prompts, [policy], new Map([['r', open]]), dependencies, signal)
  expect(found.crossFitted).toBe(1)
  expect(found.routerFor(open).strongWinRate({ text: 'three', system: '' })).toBe(0.1)
})

it('unless the router keeps those of a fit without it', async () => {
  const scoring: CrossFittedModelScoringRouter = {
    ...flattered,
    models: ['a', 'b'],
    pair: { strong: 'a', weak: 'b' },
    modelScoreUnit: 'labels',
    modelScores: () => Float64Array.of(1, 0),
    crossFittedModelScores: ({ text }) => (text === 'two' ? Float64Array.of(0.5, 0.4) : undefined),
  }
  const { isLearned, crossFitted, replaced } = await leaveOut(scoring, 'cheapest-good-enough')
  expect({ isLearned, crossFitted }).toEqual({ isLearned: [false, false, false], crossFitted: 1 })
  const scores = prompts.map((text) => (replaced as ModelScoringRouter).modelScores({ text, system: '' }))
  expect(scores).toEqual([Float64Array.of(1, 0), Float64Array.of(0.5, 0.4), Float64Array.of(1, 0)])
})

it('with the tokens of a fit without it, if the router predicts how long replies are', async () => {
  const scoring: ReplyPredictingRouter & CrossFittedModelScoringRouter = {
    ...flattered,
    models: ['a', 'b'],
    pair: { strong: 'a', weak: 'b' },
    modelScoreUnit: 'labels',
    modelScores: () => Float64Array.of(1, 0),
    crossFittedModelScores: ({ text }) => (text === 'two' ? Float64Array.of(0.5, 0.4) : undefined),
    predictReplies: () => ({ scores: Float64Array.of(1, 0), outputTokens: Float64Array.of(10, 20) }),
    crossFittedOutputTokens: ({ text }) => (text === 'two' ? Float64Array.of(30, 40) : undefined),
  }
  const { replaced } = await leaveOut(scoring, 'cheapest-good-enough')
  const found = prompts.map((text) =>
    (replaced as ReplyPredictingRouter).predictReplies({ text, system: '' }),
  )
  const whole = { scores: Float64Array.of(1, 0), outputTokens: Float64Array.of(10, 20) }
  const leftOut = { scores: Float64Array.of(0.5, 0.4), outputTokens: Float64Array.of(30, 40) }
  expect(found).toEqual([whole, leftOut, whole])
})
