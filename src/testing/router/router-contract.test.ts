import { describe, expect, it } from 'vitest'
import { EmbeddingError } from '../../errors.ts'
import type { RoutedPrompt } from '../../routing/prompts/routed-prompt.ts'
import type { Router } from '../../routing/routers/router.ts'
import { routerContract } from './router-contract.ts'

/** A router with every capability that keeps every rule. */
function createSoundRouter() {
  const strongWinRateOfEmbedding = (embedding: ArrayLike<number>): number => {
    const values = Array.from(embedding)
    if (values.length !== 2 || !values.every(Number.isFinite))
      throw new EmbeddingError('x-embedding-invalid', `not two finite numbers: ${values}`)
    return 1 / (1 + Math.exp(-Math.max(-500, Math.min(500, (values[0] ?? 0) + (values[1] ?? 0)))))
  }
  const strongWinRate = (prompt: RoutedPrompt): number =>
    1 / (1 + Math.exp(-Math.log1p(prompt.text.length) / 4))
  return {
    name: 'sound',
    embedderId: 'external',
    dimensions: 2,
    winRateQuantiles: [0.5, 0.7, 1] as readonly number[],
    strongWinRate,
    strongWinRateOfEmbedding,
    models: ['large', 'small'] as readonly string[],
    pair: { strong: 'large', weak: 'small' },
    modelScores: (prompt: RoutedPrompt) => scoresFor(strongWinRate(prompt)),
    modelScoresOfEmbedding: (embedding: ArrayLike<number>) => scoresFor(strongWinRateOfEmbedding(embedding)),
    predictReplies: (prompt: RoutedPrompt) => ({
      scores: scoresFor(strongWinRate(prompt)),
      outputTokens: Float64Array.of(400, 1 + prompt.text.length),
    }),
    async strongWinRates(prompts: readonly RoutedPrompt[], signal?: AbortSignal) {
      signal?.throwIfAborted()
      return Float64Array.from(prompts, strongWinRate)
    },
    explain: (prompt: RoutedPrompt) => ({
      strongWinRate: strongWinRate(prompt),
      contributions: [
        { feature: 'length', value: prompt.text.length, effect: -2 },
        { feature: 'constant', value: 1, effect: 1 },
      ],
    }),
  }
}

function scoresFor(winRate: number): Float64Array {
  return Float64Array.of(winRate, 1 - winRate)
}

/** The names of the rules that a router breaks. */
async function brokenRules(createRouter: () => Router): Promise<string[]> {
  const broken: string[] = []
  for (const { name, run } of await routerContract(createRouter)) await run().catch(() => broken.push(name))
  return broken
}

/** A sound router with some members replaced. */
function breakingRules(faults: object): Promise<string[]> {
  return brokenRules(() => ({ ...createSoundRouter(), ...faults }))
}

describe('routerContract', () => {
  it('lets a router pass that keeps every rule', async () => {
    expect(await brokenRules(createSoundRouter)).toEqual([])
  })

  it('allows as much difference as it is told to', async () => {
    const nudged = async (tolerance: number) => {
      const sound = createSoundRouter()
      const strongWinRates = async (prompts: readonly RoutedPrompt[], signal?: AbortSignal) =>
        (await sound.strongWinRates(prompts, signal)).map((winRate) => winRate + 1e-7)
      const broken: string[] = []
      const create = () => ({ ...sound, strongWinRates })
      for (const { name, run } of await routerContract(create, { tolerance }))
        await run().catch(() => broken.push(name))
      return broken
    }
    expect(await nudged(1e-6)).toEqual([])
    expect(await nudged(1e-8)).toEqual(['a batch has the win rates of its prompts one by one, in order'])
  })

  it('asks for a capability only of a router that has it', async () => {
    const plain: Router = { name: 'plain', strongWinRate: () => 0.5 }
    const [all, few] = [await routerContract(createSoundRouter), await routerContract(() => plain)]
    expect(few.length).toBeLessThan(all.length)
    expect(few.map(({ name }) => name).join()).not.toMatch(
      /batch|embedding|explanation|quantiles|model scores/,
    )
  })

  it('finds a router that is not deterministic', async () => {
    let calls = 0
    const rules = await breakingRules({ strongWinRate: () => (++calls % 97) / 97 })
    expect(rules).toContain('equal prompts have equal win rates, whatever was scored between them')
    expect(rules).toContain('two routers created alike agree')
    expect(rules).toContain('prompts scored at once do not disturb each other')
    expect(rules).toContain('a batch has the win rates of its prompts one by one, in order')
  })

  it('finds win rates that are no probability', async () => {
    for (const winRate of [-0.1, 1.1, Number.NaN]) {
      const rules = await breakingRules({ strongWinRate: () => winRate })
      expect(rules).toContain('a prompt of a question has a win rate in [0, 1]')
    }
  })

  it('finds a router that ignores an abort while it waits', async () => {
    const rules = await breakingRules({ strongWinRate: async () => 0.5 })
    expect(rules).toContain('after an abort it rejects with the reason, unless it never waits')
  })

  it('finds a router that cannot take what a user can type', async () => {
    const strongWinRate = ({ text }: RoutedPrompt): number =>
      encodeURIComponent(text).length > 0 ? 0.5 : Number.NaN
    expect(await breakingRules({ strongWinRate })).toEqual(
      expect.arrayContaining([
        'a prompt of no text has a win rate in [0, 1]',
        'a prompt of a lone surrogate has a win rate in [0, 1]',
      ]),
    )
  })

  it('finds lengths of replies that are none, or that come with other scores', async () => {
    const rule = 'replies, if it predicts any, have tokens above 0 for each model, beside its scores'
    const { modelScores } = createSoundRouter()
    for (const outputTokens of [[400], [400, 0], [400, Number.NaN]]) {
      const predictReplies = (prompt: RoutedPrompt) => ({
        scores: modelScores(prompt),
        outputTokens: Float64Array.from(outputTokens),
      })
      expect(await breakingRules({ predictReplies })).toEqual([rule])
    }
    const predictReplies = () => ({ scores: Float64Array.of(0, 1), outputTokens: Float64Array.of(1, 1) })
    expect(await breakingRules({ predictReplies })).toEqual([rule])
  })

  it('finds a router that changes the prompt', async () => {
    const strongWinRate = (prompt: { text: string }): number => {
      prompt.text = ''
      return 0.5
    }
    expect(await breakingRules({ strongWinRate })).toContain('the prompt is left as it was')
  })

  it('finds a name that no model name can hold', async () => {
    expect(await breakingRules({ name: 'My Router' })).toEqual([
      'its name can stand in router-<name>-<threshold>',
    ])
  })

  it('finds a batch out of order, too long, or deaf to an abort', async () => {
    const sound = createSoundRouter()
    const strongWinRates = async (prompts: readonly RoutedPrompt[]): Promise<Float64Array> =>
      Float64Array.from([...prompts.toReversed(), { text: '', system: '' }], sound.strongWinRate)
    expect(await breakingRules({ strongWinRates })).toEqual([
      'a batch has the win rates of its prompts one by one, in order',
      'a batch of nothing is nothing',
      'an aborted batch rejects with the reason',
    ])
  })

  it('finds embeddings that are not checked', async () => {
    const rules = await breakingRules({ strongWinRateOfEmbedding: () => 0.5 })
    expect(rules.filter((rule) => rule.endsWith('is refused'))).toHaveLength(5)
  })

  it('finds an explanation of another win rate, or in another order', async () => {
    const contributions = [
      { feature: 'small', value: 1, effect: 0.1 },
      { feature: 'large', value: 1, effect: -3 },
    ]
    const sound = createSoundRouter()
    const unordered = (prompt: RoutedPrompt) => ({
      strongWinRate: sound.strongWinRate(prompt),
      contributions,
    })
    const wrong = () => ({ strongWinRate: 0.123, contributions: [] })
    for (const explain of [unordered, wrong]) {
      const rules = await breakingRules({ explain })
      expect(rules.filter((rule) => rule.startsWith('the explanation of'))).toHaveLength(13)
    }
  })

  it('finds model scores of another count, endless, of two kinds, or against the win rate', async () => {
    const sound = createSoundRouter()
    const fallingRule = "the win rate never falls as the difference of the pair's scores rises"
    const scoreRule = 'a prompt of a question has one finite score per model'
    expect(await breakingRules({ modelScores: () => Float64Array.of(1) })).toContain(scoreRule)
    expect(await breakingRules({ modelScores: () => [0.5, 0.5] })).toContain(scoreRule)
    expect(
      await breakingRules({ modelScores: () => Float64Array.of(0, Number.POSITIVE_INFINITY) }),
    ).toContain(scoreRule)
    const against = (prompt: RoutedPrompt) => sound.modelScores(prompt).toReversed()
    const predictReplies = (prompt: RoutedPrompt) => ({
      ...sound.predictReplies(prompt),
      scores: against(prompt),
    })
    expect(await breakingRules({ modelScores: against, predictReplies })).toEqual([fallingRule])
    expect(await breakingRules({ pair: { strong: 'large', weak: 'tiny' } })).toContain(
      'it scores at least two models, each once, and its pair is among them',
    )
    let calls = 0
    expect(await breakingRules({ modelScores: () => Float64Array.of(++calls, 0) })).toContain(
      'equal prompts have equal model scores, whatever was scored between them',
    )
    const reversed = (embedding: ArrayLike<number>) => sound.modelScoresOfEmbedding(embedding).toReversed()
    expect(await breakingRules({ modelScoresOfEmbedding: reversed })).toEqual([
      'an embedding, if it takes any, has model scores by the same rules',
    ])
  })

  it('finds quantiles that descend, or are too few', async () => {
    for (const winRateQuantiles of [[0.5, 0.4], [0.5], [0.5, 1.5]])
      expect(await breakingRules({ winRateQuantiles })).toEqual([
        'its win-rate quantiles ascend within [0, 1]',
      ])
  })
})
