import { describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { measuredCharacters } from '../../../../base/text/text-scan.ts'
import { createPieceVectors, loadPieceVectors } from './piece-vectors.ts'
import type { PieceTable } from './table.ts'
import { encodeVocabulary } from './vocabulary.ts'

const vectors = await loadPieceVectors(builtinArtifactFolder())
const cosine = (one: string, other: string): number => {
  const [a, b] = vectors.vectorsOf([one, other])
  return a!.reduce((sum, value, index) => sum + value * b![index]!, 0)
}

const { vocabulary } = encodeVocabulary([
  ['▁', -1],
  ['a', -1],
  ['<unk>', 0],
])
// Entry c of the first codebook is c, 2c, 3c, 4c; of the second 0, 0, 0, 1.
const codebooks = Float32Array.from({ length: 2048 }, (_, at) =>
  at < 1024 ? Math.floor(at / 4) * ((at % 4) + 1) : Number(at % 4 === 3),
)
const small: PieceTable = {
  vocabulary,
  dimensions: 8,
  // In the order of the code units: <unk>, a, ▁.
  codes: Uint8Array.of(9, 9, 10, 255, 200, 0),
  codebooks,
  factors: Float32Array.of(0, 0.5, 2),
  meanPrompt: new Float32Array(8),
}
/** ▁ + a, before the length becomes 1: 2 · 200 + .5 · 10 = 405 times 1 to 4, and 2.5 times the second. */
const sumOfA = [405, 810, 1215, 1620, 0, 0, 0, 2.5]

describe('a table of pieces', () => {
  it('gives the unit sum less the mean prompt, at length 1', () => {
    const meanPrompt = Float32Array.of(0.5, 0, 0, 0, 0, 0, 0, 0)
    const vector = createPieceVectors({ ...small, meanPrompt }).vectorOf('a')
    const unit = sumOfA.map((value) => value / Math.hypot(...sumOfA))
    unit[0]! -= 0.5
    const expected = unit.map((value) => value / Math.hypot(...unit))
    for (const [column, value] of expected.entries()) expect(vector[column]).toBeCloseTo(value, 6)
  })

  it('gives zeros for a text whose pieces weigh nothing', () => {
    const meanPrompt = new Float32Array(8).fill(0.1)
    const silent = createPieceVectors({ ...small, meanPrompt, factors: Float32Array.of(0, 1, 0) })
    expect([...silent.vectorOf('')]).toEqual(new Array(8).fill(0))
    expect([...silent.vectorOf('zzz')]).toEqual(new Array(8).fill(0))
    expect(Math.hypot(...silent.vectorOf('a'))).toBeCloseTo(1, 6)
  })
})

describe('the vectors of word pieces', () => {
  it('have 128 numbers and length 1, and length 0 without text', () => {
    expect(vectors.dimensions).toBe(128)
    for (const text of ['x', 'Prove it.', '证明', '😀😀', '\ud800 and more', 'ﷺ'.repeat(9000)]) {
      expect(Math.hypot(...vectors.vectorOf(text))).toBeCloseTo(1, 5)
    }
    expect(Math.hypot(...vectors.vectorOf(''))).toBe(0)
  })

  it('are the same however they are asked for', () => {
    const texts = ['one two', '', 'drei vier fünf']
    const target = new Float32Array(300).fill(7)
    vectors.write(texts[0]!, target, 100)
    expect(vectors.vectorsOf(texts)).toEqual(texts.map(vectors.vectorOf))
    expect(target.slice(100, 228)).toEqual(vectors.vectorOf(texts[0]!))
    expect([target[99], target[228]]).toEqual([7, 7])
  })

  it.each([
    ['Prove that there are infinitely many primes.', '证明有无穷多个素数。'],
    ['Translate this sentence into French.', 'Übersetze diesen Satz ins Französische.'],
    ['Why does this SQL query lock the table?', 'Почему этот запрос SQL блокирует таблицу?'],
    ['Write a poem about the sea.', 'Escribe un poema sobre el mar.'],
  ])('put %j nearer to the same in another language than to the others', (text, same) => {
    for (const other of [
      'Was kostet ein Kilo Äpfel?',
      'ما هو ارتفاع جبل إيفرست؟',
      '안녕하세요, 잘 지내세요?',
    ]) {
      expect(cosine(text, same)).toBeGreaterThan(cosine(text, other))
    }
  })

  it('read the beginning and the end of a long text', () => {
    const half = measuredCharacters / 2
    const [head, tail] = ['word '.repeat(half / 5), 'лист '.repeat(half / 5)]
    const whole = vectors.vectorOf(`${head}${tail}`)
    expect(vectors.vectorOf(`${head}${'middle '.repeat(1e5)} ${tail}`)).toEqual(whole)
    expect(vectors.vectorOf(`${head}${tail}${'fin '.repeat(900)}`)).not.toEqual(whole)
  })
})
