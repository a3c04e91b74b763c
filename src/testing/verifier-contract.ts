import assert from 'node:assert/strict'
import type { Verifier } from '../routing/verifiers/verifier.ts'
import type { ContractCase } from './contract-case.ts'
import { firstText, sampleTexts, secondText } from './sample-texts.ts'

/**
 * What every verifier must do. The cases need no test runner: run each, or hand them to one.
 *
 * @param createVerifier makes the same verifier on each call.
 */
export function verifierContract(
  createVerifier: () => Verifier | Promise<Verifier>,
): readonly ContractCase[] {
  return [
    {
      name: 'its name can be the name of an artifact, and it names two models',
      run: async () => {
        const { name, pair } = await createVerifier()
        assert.match(name, /^[a-z0-9_-]+$/)
        assert.notEqual(pair.strong, pair.weak)
      },
    },
    ...sampleTexts.flatMap(({ kind, text }) => [
      {
        name: `a prompt of ${kind} has a win rate in [0, 1]`,
        run: async () => checkWinRate(await createVerifier(), text, firstText),
      },
      {
        name: `an answer of ${kind} has a win rate in [0, 1]`,
        run: async () => checkWinRate(await createVerifier(), firstText, text),
      },
    ]),
    {
      name: 'equal answers have equal win rates, whatever was read between them',
      run: async () => {
        const verifier = await createVerifier()
        const answered = { prompt: firstText, answer: secondText }
        const first = verifier.strongWinRate(answered)
        verifier.strongWinRate({ prompt: secondText, answer: firstText })
        assert.equal(verifier.strongWinRate(answered), first)
      },
    },
    {
      name: 'log probabilities and further answers are read or ignored',
      run: async () => {
        const verifier = await createVerifier()
        const answered = { prompt: firstText, answer: secondText }
        for (const tokenLogprobs of [[], [-0.1, -3, 0], [Number.NEGATIVE_INFINITY]])
          isWinRate(verifier.strongWinRate({ ...answered, tokenLogprobs }))
        for (const samples of [[], [''], [secondText, firstText]])
          isWinRate(verifier.strongWinRate({ ...answered, samples }))
      },
    },
    {
      name: 'a prompt that it was not trained on has no cross-fitted win rate',
      run: async () => {
        const verifier = await createVerifier()
        const answered = { prompt: 'a prompt that no file of labels has: 0b7f3d', answer: firstText }
        assert.equal(verifier.crossFittedWinRate(answered), undefined)
      },
    },
    {
      name: 'its quantiles ascend within [0, 1]',
      run: async () => {
        const { winRateQuantiles } = await createVerifier()
        assert.ok(winRateQuantiles.length >= 2, 'at least two quantiles')
        winRateQuantiles.forEach((winRate, place) => {
          isWinRate(winRate)
          assert.ok(winRate >= (winRateQuantiles[place - 1] ?? 0), 'they ascend')
        })
      },
    },
  ]
}

function checkWinRate(verifier: Verifier, prompt: string, answer: string): void {
  isWinRate(verifier.strongWinRate({ prompt, answer }))
}

function isWinRate(value: number): void {
  assert.ok(value >= 0 && value <= 1, `${value} is no win rate`)
}
