import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { type ContaminationOptions, createContaminationCheck } from './contamination.ts'
import { createWordSequences } from './word-sequences.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `w${from + index}`)

describe('createWordSequences', () => {
  const known = runAtOnce(createWordSequences([numbered(0, 20), numbered(10, 40), ['a', 'b', 'c']], 3))

  it('finds the text that shares most of the distinct sequences', () => {
    // 18 sequences of three words: 18 of the first text, 8 of the second
    expect(known.nearest(numbered(0, 20), 0.3)).toEqual({ text: 0, share: 1 })
    // 28: w5 … w32; the first has 13 of them, the second 21
    expect(known.nearest(numbered(5, 33), 0.3)).toEqual({ text: 1, share: 21 / 26 })
    expect(known.nearest(['x', 'a', 'b', 'c', 'y'], 1 / 3)).toEqual({ text: 2, share: 1 / 3 })
    expect(known.nearest(['x', 'a', 'b', 'c', 'y'], 0.34)).toBeUndefined()
  })

  it('counts a repeated sequence once, and texts that are too short not at all', () => {
    expect(known.nearest(['a', 'b', 'c', 'x', 'a', 'b', 'c'], 0.2)).toEqual({ text: 2, share: 1 / 4 })
    expect(known.nearest(['a', 'b'], 0.1)).toBeUndefined()
  })

  it('does not add up what different texts share', () => {
    const two = runAtOnce(createWordSequences([numbered(0, 4), numbered(10, 14)], 3))
    const both = [...numbered(0, 4), ...numbered(10, 14)]
    expect(two.nearest(both, 0.5)).toBeUndefined()
    expect(two.nearest(both, 2 / 6)).toEqual({ text: 0, share: 2 / 6 })
  })
})

describe('createContaminationCheck', () => {
  const long = numbered(0, 30).join(' ')
  const tests = [
    { prompt: 'What is the capital of France?', place: 'test line 1' },
    { prompt: long, place: 'test line 2' },
  ]
  /** Counts two letters, so that a cosine is known. */
  const embed = async (texts: readonly string[]) =>
    texts.map((text) => Float32Array.of(text.split('a').length - 1, text.split('e').length - 1))
  const found = async (prompts: readonly string[], options: ContaminationOptions = {}) => {
    const check = await createContaminationCheck(tests, options)
    const matches = await check.check(prompts)
    await check.close()
    return matches.map((match) => match && [match.rule, match.testPrompt.place, match.similarity])
  }

  it('finds the same text, shared sequences, and similar embeddings, in this order', async () => {
    const half = [...numbered(0, 20), ...numbered(100, 110)].join(' ')
    expect(
      await found(['what is the CAPITAL of France', half, 'a a e', 'e'], { embed, cosine: 0.9 }),
    ).toEqual([
      ['exact', 'test line 1', 1],
      // 8 of the 18 sequences of 13 words
      ['word-sequences', 'test line 2', 8 / 18],
      // (2, 1) and (4, 2): the same direction
      ['cosine', 'test line 1', expect.closeTo(1, 6)],
      undefined,
    ])
    expect(await found([half], { sequenceShare: 0.45 })).toEqual([undefined])
    expect(await found(['a a e'])).toEqual([undefined])
  })

  it('refuses to compare with nothing, and options out of range', async () => {
    await expect(createContaminationCheck([])).rejects.toMatchObject({ code: 'no-test-prompts' })
    for (const options of [{ sequenceWords: 0 }, { sequenceShare: 0 }, { sequenceShare: 1.1 }, { cosine: 2 }])
      await expect(createContaminationCheck(tests, options)).rejects.toMatchObject({
        code: 'contamination-option',
      })
  })
})
