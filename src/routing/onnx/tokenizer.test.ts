import { Tokenizer } from '@huggingface/tokenizers'
import { describe, expect, it } from 'vitest'
import {
  bytePairTokenizer,
  unigramTokenizer,
  wordPieceTokenizer,
} from '../../../test/support/encoders/tiny-tokenizer.ts'
import { createRandom } from '../../base/math/random.ts'
import { makeTokenise, makeTokenizer, type TokenizerJson } from './inference/thread-program.ts'

const tokenise = (file: TokenizerJson, maxTokens = 32) =>
  makeTokenise(makeTokenizer(Tokenizer, file, {}), { maxTokens, vocabulary: 1000, padToken: 0 })

describe('WordPiece', () => {
  // 4 the, 5 cat, 6 un, 7 ##hap, 8 ##py, 9 !, 10 猫, 11 cafe, 12 ##s
  const file = wordPieceTokenizer(['the', 'cat', 'un', '##hap', '##py', '!', '猫', 'cafe', '##s'])
  it.each([
    ['the cat', [2, 4, 5, 3]],
    ['The  CAT\n!', [2, 4, 5, 9, 3]],
    ['unhappy', [2, 6, 7, 8, 3]],
    ['cats', [2, 5, 12, 3]],
    // A word with a piece that is not there is unknown as a whole.
    ['unhat', [2, 1, 3]],
    // Accents go, Chinese characters are words.
    ['Café猫猫', [2, 11, 10, 10, 3]],
    ['the [SEP] cat', [2, 4, 3, 5, 3]],
    ['', [2, 3]],
    ['x'.repeat(101), [2, 1, 3]],
  ])('%s', (text, tokens) => expect(tokenise(file)(text)).toEqual(tokens))
})

describe('Unigram', () => {
  // 4 ▁, 5 ▁he, 6 llo, 7 ▁hello, 8 l, 9 lo, 10 ▁world, 11 h, 12 e, 13 A, 14 ▁A
  const file = unigramTokenizer([
    ['▁', -3],
    ['▁he', -4],
    ['llo', -5],
    ['▁hello', -8],
    ['l', -4],
    ['lo', -4.5],
    ['▁world', -6],
    ['h', -6],
    ['e', -6],
    ['A', -5],
    ['▁A', -5],
  ])
  it.each([
    // ▁hello: −8; ▁he llo: −4 − 5 = −9.
    ['hello', [0, 7, 2]],
    // ▁he l l llo: −4 − 4 − 4 − 5 = −17; ▁he l l l lo: −4 − 4 − 4 − 4 − 4.5 = −20.5.
    ['hellllo world', [0, 5, 8, 8, 6, 10, 2]],
    ['  hello\n\nworld ', [0, 7, 10, 2]],
    // Full-width A is an A: NFKC.
    ['Ａ', [0, 14, 2]],
    ['z', [0, 4, 3, 2]],
    ['', [0, 2]],
  ])('%s', (text, tokens) => expect(tokenise(file)(text)).toEqual(tokens))
})

it('Unigram: the compact form gives what the library gives', () => {
  const random = createRandom(9)
  const letters = [...'abcdeé猫👩']
  const draw = (most: number) =>
    Array.from({ length: 1 + random.nextInt(most) }, () => letters[random.nextInt(8)]).join('')
  const pieces = new Set(Array.from({ length: 200 }, () => (random.nextInt(2) === 0 ? '▁' : '') + draw(4)))
  // Whole scores, so that many ways are equally good.
  const file = unigramTokenizer([...pieces].map((piece) => [piece, -1 - random.nextInt(6)] as const))
  const compact = makeTokenizer(Tokenizer, file, {})
  const library = new Tokenizer(file, {})
  const options = { add_special_tokens: true }
  for (let text = 0; text < 500; text++) {
    const words = Array.from(
      { length: 1 + random.nextInt(4) },
      () => draw(12) + (random.nextInt(5) === 0 ? 'z' : ''),
    )
    const sentence = words.join(' ')
    expect(compact.encode(sentence, options).ids).toEqual(library.encode(sentence, options).ids)
  }
})

describe('byte-level BPE', () => {
  // 4 a, 5 b, 6 c, 7 Ġ, 8 Ã, 9 ©; 10 ab, 11 abc, 12 Ġa, 13 Ġabc
  const file = bytePairTokenizer('abcĠÃ©', [
    ['a', 'b'],
    ['ab', 'c'],
    ['Ġ', 'abc'],
  ])
  it.each([
    ['abc', [0, 11, 2]],
    ['abc abc', [0, 11, 12, 2]],
    ['ba', [0, 5, 4, 2]],
    ['é', [0, 8, 9, 2]],
    ['abab', [0, 10, 10, 2]],
    ['', [0, 2]],
  ])('%s', (text, tokens) => expect(tokenise(file)(text)).toEqual(tokens))
})

describe('truncation', () => {
  const file = wordPieceTokenizer(['the', 'cat'])
  it('keeps the first tokens between the special ones', () => {
    expect(tokenise(file, 5)('the cat the cat the')).toEqual([2, 4, 5, 4, 3])
    expect(tokenise(file, 3)('the cat')).toEqual([2, 4, 3])
  })
  it('is the same for a megabyte as for its beginning', () => {
    const counted: number[] = []
    const tokenizer = new Tokenizer(file, {})
    const counting = {
      encode: (text: string, options: { add_special_tokens: boolean }) => {
        counted.push(text.length)
        return tokenizer.encode(text, options)
      },
    }
    const long = 'the cat '.repeat(100_000)
    const found = makeTokenise(counting, { maxTokens: 8, vocabulary: 6, padToken: 0 })(long)
    expect(found).toEqual([2, 4, 5, 4, 5, 4, 5, 3])
    expect(Math.max(...counted)).toBeLessThan(2000)
  })
  it('reads on where the beginning has too few tokens', () => {
    const long = `${' '.repeat(5000)}the cat the cat`
    expect(tokenise(file, 6)(long)).toEqual([2, 4, 5, 4, 5, 3])
  })
  it('keeps the last tokens too if it is asked to, of a megabyte as of ten words', () => {
    const counted: number[] = []
    const tokenizer = new Tokenizer(file, {})
    const counting = {
      encode: (text: string, options: { add_special_tokens: boolean }) => {
        counted.push(text.length)
        return tokenizer.encode(text, options)
      },
    }
    const limits = { maxTokens: 8, lastTokens: 4, vocabulary: 6, padToken: 0 }
    const ends = makeTokenise(counting, limits)
    // The first three words of six and the last three.
    expect(ends('cat the the cat the cat')).toEqual([2, 5, 4, 4, 5, 4, 5, 3])
    expect(ends('cat the the the the cat cat the')).toEqual([2, 5, 4, 4, 5, 5, 4, 3])
    for (const middle of ['the '.repeat(300_000), ' '.repeat(5000), 'cat'.repeat(3000)])
      expect(ends(`cat the the ${middle} cat cat the`)).toEqual([2, 5, 4, 4, 5, 5, 4, 3])
    expect(ends('cat'.repeat(400_000)).length).toBeLessThanOrEqual(8)
    expect(counted.filter((length) => length > 10_000).length).toBeLessThan(10)
    expect(() => makeTokenise(tokenizer, { ...limits, lastTokens: 20 })).toThrow('leaves no room')
  })
  it('leaves room for a token at least', () => {
    expect(() => tokenise(file, 2)).toThrow('a maximum of 2 tokens leaves no room')
  })
  it('refuses a token that the model does not know', () => {
    const short = makeTokenise(new Tokenizer(file, {}), { maxTokens: 8, vocabulary: 5, padToken: 0 })
    expect(() => short('cat')).toThrow('it gave the token 5, and the model knows 0 to 4')
  })
})
