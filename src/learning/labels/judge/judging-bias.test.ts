import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answerOf,
  type ScriptedJudge,
  startScriptedJudge,
} from '../../../../test/support/servers/scripted-judge.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import type { Provider } from '../../../providers/provider.ts'
import { createProvider } from '../../../providers/registry.ts'
import type { AnsweredPrompt } from '../../rows/answered-prompts.ts'
import { createChatEndpoint } from '../chat/chat-endpoint.ts'
import { gradeAnswers, judgePairs } from './label-rows.ts'
import { createLlmJudge } from './llm-judge.ts'
import { createPairwiseTally } from './pairwise-report.ts'
import { createScoreTally } from './score-report.ts'

/** A judge on a real socket whose true preferences and biases are known: do they come back? */
let server: ScriptedJudge
let provider: Provider
beforeAll(async () => {
  server = await startScriptedJudge()
  provider = await createProvider({ kind: 'openai-compatible', name: 'local', baseUrl: server.baseUrl })
})
afterAll(async () => {
  await provider.close()
  await server.close()
})

const judge = (samples = 1) =>
  createLlmJudge(
    createChatEndpoint({
      provider,
      model: { name: 'local/judge', provider: 'local', upstream: 'judge' },
      concurrency: 16,
    }),
    { samples },
  )

/** Prompts of which model a's answer is `advantage` better on, the lengths by chance, a's longer by `longer`. */
function rowsOf(count: number, advantage: (index: number) => number, longer = 0, seed = 3): AnsweredPrompt[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const length = () => 60 + Math.floor(random.next() * 240)
    return {
      prompt: `prompt ${seed} ${index}`,
      answers: { a: answerOf(advantage(index), length() + longer), b: answerOf(0, length()) },
      others: {},
      place: '',
    }
  })
}

async function pairwise(rows: readonly AnsweredPrompt[], samples = 1) {
  const tally = createPairwiseTally()
  const winners: string[] = []
  for await (const judged of judgePairs(rows, judge(samples))) {
    tally.add(judged)
    winners.push(judged.judgement.kind === 'judged' ? judged.judgement.winner : judged.judgement.kind)
  }
  return { report: tally.report(), winners }
}

describe('position bias', () => {
  it('never makes a wrong winner: true preferences larger than it come back, smaller ones are ties', async () => {
    server.bias = { position: 1 }
    const advantages = [-3, -1.5, -0.9, -0.2, 0.2, 0.9, 1.5, 3]
    const { report, winners } = await pairwise(rowsOf(8, (index) => advantages[index]!))
    expect(winners).toEqual(['b', 'b', 'tie', 'tie', 'tie', 'tie', 'a', 'a'])
    // Four pairs agree; in the other four the first place won both times: 4 + 8 of 16 verdicts are for the first.
    expect(report.orderAgreement).toMatchObject({ share: 0.5, of: 8 })
    expect(report.positionBias).toMatchObject({ share: 0.75, of: 16 })
    expect(report.decidedByPosition).toEqual({ first: 4, second: 0 })
  })

  it('is not found in a judge without one', async () => {
    server.bias = { isNoisy: true }
    const { report } = await pairwise(rowsOf(150, () => 1, 0, 4))
    expect(report.positionBias?.interval[0]).toBeLessThan(0.5)
    expect(report.positionBias?.interval[1]).toBeGreaterThan(0.5)
  })

  it.each([0.8, -0.8])('of %d log-odds is measured in a noisy judge, and cancels', async (position) => {
    server.bias = { isNoisy: true, position }
    const { report } = await pairwise(rowsOf(250, () => 0.6))
    const [aFirst, bFirst] = [sigmoid(0.6 + position), sigmoid(-0.6 + position)]
    const share = (aFirst + bFirst) / 2
    expect(report.positionBias?.interval[0]).toBeLessThan(share)
    expect(report.positionBias?.interval[1]).toBeGreaterThan(share)
    expect(Math.abs((report.positionBias?.share ?? 0.5) - 0.5)).toBeGreaterThan(0.1)
    // Shown first only, a would win .80 or .45; over both orders (.80 + .55) / 2.
    const [models] = report.models
    const winRate = (aFirst + (1 - bFirst)) / 2
    expect(models?.winRateInterval[0]).toBeLessThan(winRate)
    expect(models?.winRateInterval[1]).toBeGreaterThan(winRate)
    expect(report.judged).toBe(250)
  })

  it('counts the samples of a pair as one', async () => {
    server.bias = { isNoisy: true, position: 0.5, drawsAnew: true }
    const { report } = await pairwise(
      rowsOf(20, () => 0),
      3,
    )
    expect(report.positionBias?.of).toBeCloseTo(40, 9)
    expect(report.orderAgreement?.of).toBe(60)
  })
})

describe('length bias', () => {
  it('is measured, and gone at zero length difference', async () => {
    server.bias = { isNoisy: true, length: 2 }
    // Truly b is better (win rate of a .40), and a's answers are longer by 80 characters.
    const { report } = await pairwise(rowsOf(300, () => -0.4, 80))
    const [models] = report.models
    const control = models?.lengthControlled
    const truth = sigmoid(-0.4)
    expect(models?.winRateInterval[0]).toBeGreaterThan(0.5)
    expect(control?.interval[0]).toBeLessThan(truth)
    expect(control?.interval[1]).toBeGreaterThan(truth)
    expect(control?.interval[1]).toBeLessThan(0.5)
    expect(control?.lengthEffectInterval[0]).toBeGreaterThan(0)
    expect(control?.isExtrapolated).toBe(false)
    expect(report.longerWins?.interval[0]).toBeGreaterThan(0.5)
  })

  it('is not found in a judge without one, and control changes nothing then', async () => {
    server.bias = { isNoisy: true }
    const { report } = await pairwise(rowsOf(150, () => 0.5, 80))
    const control = report.models[0]?.lengthControlled
    expect(control?.lengthEffectInterval[0]).toBeLessThan(0)
    expect(control?.lengthEffectInterval[1]).toBeGreaterThan(0)
    expect(control?.interval[0]).toBeLessThan(sigmoid(0.5))
    expect(control?.interval[1]).toBeGreaterThan(sigmoid(0.5))
  })

  it('is gone together with position bias and noise', async () => {
    server.bias = { isNoisy: true, length: 1.5, position: 0.7 }
    // Over both orders; the formula is then nearly, not wholly, right.
    const truth = (sigmoid(0.3 + 0.7) + sigmoid(0.3 - 0.7)) / 2
    const { report } = await pairwise(rowsOf(300, () => 0.3, 60))
    const [low = 1, high = 0] = report.models[0]?.lengthControlled?.interval ?? []
    expect(low).toBeLessThan(truth)
    expect(high).toBeGreaterThan(truth)
    expect(report.positionBias?.interval[0]).toBeGreaterThan(0.5)
  })

  it('shows in grades as a correlation within prompts', async () => {
    server.bias = { length: 3 }
    const tally = createScoreTally()
    for await (const row of gradeAnswers(
      rowsOf(60, () => 1),
      judge(),
    ))
      tally.add(row)
    const { lengthCorrelation, models } = tally.report()
    expect(lengthCorrelation?.interval?.[0]).toBeGreaterThan(0.5)
    expect(models.map(({ model, scored }) => [model, scored])).toEqual([
      ['a', 60],
      ['b', 60],
    ])
  })
})

it('true grades come back from an unbiased judge', async () => {
  server.bias = {}
  const tally = createScoreTally()
  for await (const row of gradeAnswers(
    rowsOf(5, (index) => index),
    judge(),
  ))
    tally.add(row)
  expect(tally.report().models).toEqual([
    expect.objectContaining({ model: 'a', scored: 5, mean: 7, unparsable: 0 }),
    expect.objectContaining({ model: 'b', scored: 5, mean: 5, meanInterval: [5, 5] }),
  ])
})
