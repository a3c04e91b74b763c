import { describe, expect, it } from 'vitest'
import { dot } from '../../../base/math/linear/vectors.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { fixedPairVector } from '../../../routing/routers/mf/fixed-pair.ts'
import { type ComparisonTable, fitMatrixFactorization, type MatrixFactorizationFitOptions } from './fit.ts'

const models = ['a', 'b', 'c', 'd', 'e', 'f']
const textDimensions = 5
const options: MatrixFactorizationFitOptions = {
  dimensions: 8,
  epochs: 30,
  batchSize: 64,
  learningRate: 0.01,
  weightDecay: 0,
  noise: 0,
}

/**
 * Battles of models whose strength falls from a to f, and more steeply on prompts with a large second number: the
 * log-odds of i beating j are (j − i)·(0.4 + 0.4·e₁). The first number is always 1.
 */
function plantedBattles(count: number, seed: number): ComparisonTable {
  const random = createRandom(seed)
  const table = {
    embeddings: new Float32Array(count * textDimensions),
    textDimensions,
    models,
    vector: Int32Array.from({ length: count }, (_, row) => row),
    modelA: new Int32Array(count),
    modelB: new Int32Array(count),
    winA: new Float32Array(count),
    weight: new Float32Array(count).fill(1),
  }
  for (let row = 0; row < count; row++) {
    const embedding = table.embeddings.subarray(row * textDimensions, (row + 1) * textDimensions)
    embedding.set([1, ...Array.from({ length: textDimensions - 1 }, () => random.nextGaussian())])
    const a = random.nextInt(models.length)
    const b = (a + 1 + random.nextInt(models.length - 1)) % models.length
    table.modelA[row] = a
    table.modelB[row] = b
    table.winA[row] = random.next() < sigmoid(plantedLogOdds(a, b, embedding[1]!)) ? 1 : 0
  }
  return table
}

function plantedLogOdds(i: number, j: number, second: number): number {
  return (j - i) * (0.4 + 0.4 * second)
}

function rows(begin: number, end: number): Int32Array {
  return Int32Array.from({ length: end - begin }, (_, index) => begin + index)
}

describe('fitMatrixFactorization', () => {
  it('recovers planted strengths, and how they depend on the prompt', async () => {
    const table = plantedBattles(6000, 1)
    const fit = await fitMatrixFactorization(table, rows(0, 5400), rows(5400, 6000), options, createRandom(2))
    for (let i = 0; i < models.length; i++) {
      for (let j = i + 1; j < models.length; j++) {
        const direction = fixedPairVector(fit.weights, { strong: models[i]!, weak: models[j]! })
        for (const second of [-2, 0, 1]) {
          const learned = dot(direction, [1, second, 0, 0, 0])
          const planted = plantedLogOdds(i, j, second)
          expect(
            Math.abs(sigmoid(learned) - sigmoid(planted)),
            `${models[i]} ${models[j]} ${second}`,
          ).toBeLessThan(0.1)
        }
      }
    }
    expect(fit.validationLosses[fit.bestEpoch - 1]).toBeLessThan(0.58)
  })

  it('keeps the epoch with the least validation loss', async () => {
    // 60 battles, 30 epochs at a high rate: it overfits.
    const table = plantedBattles(200, 3)
    const overfitting = { ...options, learningRate: 0.05, dimensions: 16 }
    const fit = await fitMatrixFactorization(table, rows(0, 60), rows(60, 200), overfitting, createRandom(4))
    expect(fit.validationLosses).toHaveLength(30)
    expect(fit.validationLosses[fit.bestEpoch - 1]).toBe(Math.min(...fit.validationLosses))
    expect(fit.bestEpoch).toBeLessThan(30)
    expect(fit.trainingLosses.at(-1)).toBeLessThan(fit.trainingLosses[fit.bestEpoch - 1]!)

    const shorter = { ...overfitting, epochs: fit.bestEpoch }
    const last = await fitMatrixFactorization(table, rows(0, 60), rows(0, 0), shorter, createRandom(4))
    expect(last.weights).toEqual(fit.weights)
    expect(last.bestEpoch).toBe(fit.bestEpoch)
  })

  it('gives the same weights for the same random stream, and others for another', async () => {
    const table = plantedBattles(300, 5)
    const noisy = { ...options, epochs: 2, noise: 0.1 }
    const fitWith = (seed: number) =>
      fitMatrixFactorization(table, rows(0, 250), rows(250, 300), noisy, createRandom(seed))
    const first = await fitWith(1)
    expect(await fitWith(1)).toEqual(first)
    expect((await fitWith(2)).weights.projection).not.toEqual(first.weights.projection)
  })

  it('counts a row of weight 3 like three rows', async () => {
    const table = plantedBattles(20, 6)
    table.weight.fill(3, 0, 10)
    const whole = { ...options, epochs: 20, batchSize: 40 }
    const weighted = await fitMatrixFactorization(table, rows(0, 20), rows(0, 0), whole, createRandom(7))
    table.weight.fill(1)
    const repeated = Int32Array.from([...rows(0, 20), ...rows(0, 10), ...rows(0, 10)])
    const thrice = await fitMatrixFactorization(table, repeated, rows(0, 0), whole, createRandom(7))
    weighted.weights.projection.forEach((value, index) => {
      expect(value).toBeCloseTo(thrice.weights.projection[index]!, 5)
    })
  })

  it('scales the noise with each dimension', async () => {
    const table = plantedBattles(100, 8)
    const once = { ...options, epochs: 1, batchSize: 100 }
    const loss = async (noise: number) =>
      (await fitMatrixFactorization(table, rows(0, 100), rows(0, 0), { ...once, noise }, createRandom(9)))
        .trainingLosses[0]!
    const [none, little, much] = [await loss(0), await loss(0.1), await loss(3)]
    expect(little).not.toBe(none)
    expect(Math.abs(little - none)).toBeLessThan(0.05)
    expect(Math.abs(much - none)).toBeGreaterThan(Math.abs(little - none))
  })

  it('reports every batch and lets the event loop turn', async () => {
    const table = plantedBattles(130, 10)
    const seen: number[] = []
    let turns = 0
    const ticking = setInterval(() => turns++, 0)
    const hooks = {
      onProgress: ({ done, total }: { done: number; total: number }) => seen.push(done / total),
    }
    await fitMatrixFactorization(
      table,
      rows(0, 130),
      rows(0, 0),
      { ...options, epochs: 200 },
      createRandom(1),
      hooks,
    )
    clearInterval(ticking)
    expect(seen).toHaveLength(600)
    expect(seen.at(-1)).toBe(1)
    expect(turns).toBeGreaterThan(3)
  })

  it('stops with the reason at the next batch once aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('interrupted')
    let batches = 0
    const hooks = {
      signal: controller.signal,
      onProgress: () => {
        if (++batches === 3) controller.abort(reason)
      },
    }
    const table = plantedBattles(640, 11)
    const fitting = fitMatrixFactorization(table, rows(0, 640), rows(0, 0), options, createRandom(1), hooks)
    await expect(fitting).rejects.toBe(reason)
    expect(batches).toBe(3)
  })

  it('says so where the numbers overflow', async () => {
    const table = plantedBattles(64, 12)
    table.embeddings.fill(3e38)
    const exploding = { ...options, learningRate: 0.9, epochs: 50, noise: 1e300 }
    await expect(
      fitMatrixFactorization(table, rows(0, 64), rows(0, 0), exploding, createRandom(1)),
    ).rejects.toMatchObject({ code: 'training-diverged' })
  })
})
