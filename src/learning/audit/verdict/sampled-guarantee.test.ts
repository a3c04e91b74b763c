import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { binomialTail } from '../../../base/math/statistics/proportion.ts'
import { guaranteedThreshold } from '../../../routing/calibration/guarantee.ts'
import { createRequestSampler } from './label-sample.ts'

/** A prompt that is asked with a probability, and that the weak model always fails or never does. */
type Asked = {
  readonly prompt: string
  readonly chance: number
  readonly winRate: number
  readonly fails: boolean
}

const logs = 200
const requestsOfLog = 2000
const confidence = 0.95

/** The popular prompt has a share of all requests; its win rate is anywhere. The others are equally frequent. */
function world(seed: number, popular: { readonly share: number; readonly fails: boolean }): Asked[] {
  const random = createRandom(seed)
  const others = 500
  return [
    { prompt: 'popular', chance: popular.share, winRate: random.next(), fails: popular.fails },
    ...Array.from({ length: others }, (_, index) => {
      const winRate = random.next()
      return {
        prompt: `${index}`,
        chance: (1 - popular.share) / others,
        winRate,
        fails: random.next() < 0.3 * winRate,
      }
    }),
  ]
}

/** Draws a log, samples it, labels the sample, finds the threshold, and gives the true loss over requests there. */
function trueLoss(
  prompts: readonly Asked[],
  seed: number,
  maxLoss: number,
  countOf: (requests: number) => number,
): number {
  const random = createRandom(1_000_003 + seed)
  const sampler = createRequestSampler(300, seed)
  let sum = 0
  const cumulative = prompts.map(({ chance }) => {
    sum += chance
    return sum
  })
  const byName = new Map(prompts.map((each) => [each.prompt, each]))
  for (let request = 0; request < requestsOfLog; request++) {
    const at = random.next()
    const { prompt, winRate } = prompts[cumulative.findIndex((chance) => at < chance)] ?? prompts.at(-1)!
    sampler.add({ prompt, strongWinRate: winRate })
  }
  const guarantee = guaranteedThreshold(
    sampler.sample(300).prompts.map(({ prompt, strongWinRate, requests }) => ({
      strongWinRate,
      weakLoses: byName.get(prompt)?.fails === true,
      group: prompt,
      requests: countOf(requests),
    })),
    { maxLoss, confidence },
  )
  if (!guarantee.possible) return 0
  return prompts.reduce(
    (lost, { chance, winRate, fails }) => lost + (fails && winRate < guarantee.threshold ? chance : 0),
    0,
  )
}

function violations(
  popular: { readonly share: number; readonly fails: boolean },
  maxLoss: number,
  countOf = (requests: number) => requests,
): number {
  let count = 0
  for (let seed = 0; seed < logs; seed++)
    if (trueLoss(world(seed, popular), seed, maxLoss, countOf) > maxLoss) count++
  return count
}

/** P(Binomial(logs, 1 − confidence) ≥ count): the chance of so many violations if the promise holds. */
function chanceOf(count: number): number {
  return 1 - binomialTail(count - 1, logs, 1 - confidence)
}

describe('a guarantee of labels that audit --sample-to-label drew', () => {
  it.each([
    ['a popular prompt (55 %) on which the weak model fails', { share: 0.55, fails: true }, 0.05],
    ['a popular prompt (55 %) on which it never fails', { share: 0.55, fails: false }, 0.05],
    ['a prompt (8 %) on which it fails, near the loss that is allowed', { share: 0.08, fails: true }, 0.1],
    ['no popular prompt', { share: 0.002, fails: false }, 0.05],
  ])('holds over requests in 95 of 100 logs: %s', (_, popular, maxLoss) => {
    // Refused only if so many violations had a chance below 1 %.
    expect(chanceOf(violations(popular, maxLoss))).toBeGreaterThan(0.01)
  })

  it('would not hold if a prompt counted once, however often it was drawn', () => {
    expect(chanceOf(violations({ share: 0.55, fails: true }, 0.05, () => 1))).toBeLessThan(1e-6)
  })
})
