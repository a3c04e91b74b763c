import { findExclusions } from '../../catalogue/exclusion.ts'
import type { Model } from '../../catalogue/model.ts'
import { refuseIfAllExcluded } from '../candidates.ts'
import type { Candidate, Choice } from '../choice.ts'
import type { LearningPolicy, Learnt, RoutedOutcome } from '../learning/learning-policy.ts'
import type { PromptVectors } from '../learning/prompt-vectors.ts'
import { expectCost, type ObservedCandidate } from '../observations/expected-call.ts'
import { toPaceField } from '../pacing.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { toRouterProblem } from '../router-problem.ts'
import { contextSize, createContextReader } from './arms/context.ts'
import { createLinearArms, type LinearArms } from './arms/linear-arms.ts'
import { type ChoosingOptions, findPropensities } from './choose.ts'
import { describeDrawn } from './describe.ts'
import { drawFor, findDrawn } from './draw.ts'
import type { Prior } from './prior.ts'
import { createDollarPrice, type DollarPrice } from './rewards/dollar-price.ts'
import { createPendingRequests, type PendingRequests } from './rewards/pending-requests.ts'

export type BanditOptions = ChoosingOptions & {
  /** The policy's configured name. */
  readonly name: string | null
  readonly candidates: readonly ObservedCandidate[]
  readonly prior: Prior
  /** The router of the prior; null if that is a table. */
  readonly router: string | null
  readonly vectors: PromptVectors
  /** Rewarded requests after which one counts half. */
  readonly halfLife: number
  /** Keys whose rewards count. */
  readonly trustedKeys: readonly string[]
  readonly seed: number
}

type LearntArms = Learnt & {
  readonly arms: LinearArms
  readonly price: DollarPrice | null
  readonly pending: PendingRequests
}

/** Requests that may be rewarded later. */
const mostPending = 10_000
/** Deviations of the coefficients in units of a reward's, before any is seen: of the constant, and of the others. */
const constantDeviation = 1.5
const coefficientDeviation = 0.5
const expectedNoise = 0.2

/**
 * A contextual bandit: learns from rewards how well each candidate answers prompts, and draws the model of each request
 * with the probability that it is worth most.
 *
 * What the candidates are worth is the prior and a regression of the rewards' differences from it (`LinearArms`). Nothing but rewards and the
 * dollars of finished requests changes a choice: equal requests between two of them have equal choices.
 */
export function createBanditPolicy(options: BanditOptions): LearningPolicy & DescribingPolicy {
  const { name, candidates: priced, prior, router, vectors, ceilingUsd, seed } = options
  const models = priced.map(({ model }) => model)
  const safest = models[0]!
  const readContext = createContextReader(vectors)
  const priorDeviations = new Float64Array(contextSize).fill(coefficientDeviation)
  priorDeviations[0] = constantDeviation
  let learnt: LearntArms = {
    basis: findBasis(options),
    arms: createLinearArms({
      arms: models.length,
      priorDeviations,
      noise: expectedNoise,
      halfLife: options.halfLife,
    }),
    price: ceilingUsd === null ? null : createDollarPrice(ceilingUsd),
    pending: createPendingRequests(mostPending),
  }
  const context = new Float64Array(contextSize)

  function toCandidates(request: PolicyRequest, task: string | null): readonly Candidate[] {
    const exclusions = findExclusions(models, request.needs)
    return priced.map((candidate, index) => {
      const { usd, outputTokens } = expectCost(candidate, request, task)
      const expected = { outputTokens, firstTokenSeconds: null, secondsPerOutputToken: null }
      return { model: candidate.model, usd, excluded: exclusions[index] ?? null, expected }
    })
  }

  function draw(request: PolicyRequest, task: string | null, candidates: readonly Candidate[]): Choice {
    const vector = vectors.read(request.prompt.text)
    const qualities = Float64Array.from(prior(vector))
    readContext(vector, task, context)
    const { arms, price } = learnt
    const { means, deviations } = arms.estimate(context)
    for (let index = 0; index < qualities.length; index++)
      qualities[index] = candidates[index]!.excluded === null ? qualities[index]! + means[index]! : Number.NaN
    const expectations = { qualities, deviations }
    const usdWeight = (price?.value ?? 0) * (request.pace ?? 1)
    const propensities = findPropensities(candidates, expectations, usdWeight, options)
    const drawn = drawFor(request.unit ?? request.prompt.text, seed, name ?? '')
    return {
      kind: 'routed',
      model: candidates[findDrawn(propensities, drawn)]!.model,
      policy: name,
      router,
      threshold: null,
      strongWinRate: null,
      side: null,
      candidates,
      scores: qualities,
      check: null,
      propensities,
      uncertainty: { deviations: Float64Array.from(deviations), usdWeight },
      ...(price !== null && toPaceField(request.pace)),
    }
  }

  function fallBack(candidates: readonly Candidate[], problem: string): Choice {
    const able = candidates.filter(({ excluded }) => excluded === null)
    const { model } = able.find((candidate) => candidate.model === safest) ?? able[0]!
    return {
      kind: 'fallback',
      fallback: 'router-error',
      model,
      policy: name,
      router: router ?? vectors.id,
      threshold: null,
      side: null,
      problem,
      candidates,
    }
  }

  return {
    name,
    models,
    safest,
    choose(request) {
      const task = request.task?.() ?? null
      const candidates = toCandidates(request, task)
      refuseIfAllExcluded(candidates, request.needs)
      try {
        return draw(request, task, candidates)
      } catch (error) {
        return fallBack(candidates, toRouterProblem(error))
      }
    },
    describe: (choice) => describeDrawn(choice, ceilingUsd),
    observe(outcome) {
      if (outcome.usd !== null) learnt.price?.add(outcome.usd)
      learnt.pending.add(outcome)
    },
    reward({ requestId, score, scores, key }) {
      if (key !== null && !options.trustedKeys.includes(key)) return
      const outcome = learnt.pending.take(requestId)
      if (outcome === undefined) return
      const values = findValues(models, outcome, score, scores)
      const vector = values.length === 0 ? null : outcome.vector()
      if (vector === null || vector.length !== vectors.dimensions) return
      const expected = prior(vector)
      readContext(vector, outcome.task, context)
      learnt.arms.learn(
        context,
        values.map(([arm, value]) => [arm, value - expected[arm]!] as const),
      )
    },
    get learnt() {
      return learnt
    },
    takeOver(before) {
      if (before.basis !== learnt.basis || !('arms' in before))
        throw new TypeError('only a bandit of the same basis has learnt the same')
      learnt = before as LearntArms
    },
  }
}

function findBasis({ candidates, prior, vectors, ceilingUsd, halfLife }: BanditOptions): string {
  // Of some vector, which tells one prior from another: a router that was trained again keeps its name.
  const expected = Array.from(prior(new Float32Array(vectors.dimensions).fill(vectors.dimensions ** -0.5)))
  const names = candidates.map(({ model }) => model.name)
  return JSON.stringify(['bandit', names, expected, vectors.id, ceilingUsd, halfLife])
}

/** The scores of candidates: those that are given, and that of the model that answered. */
function findValues(
  models: readonly Model[],
  { model: answered }: RoutedOutcome,
  score: number | null,
  scores: Readonly<Record<string, number>> | null,
): readonly (readonly [arm: number, value: number])[] {
  return models.flatMap(({ name }, arm) => {
    const given = scores !== null && Object.hasOwn(scores, name) ? scores[name]! : null
    const value = given ?? (name === answered ? score : null)
    return value === null ? [] : [[arm, value] as const]
  })
}
