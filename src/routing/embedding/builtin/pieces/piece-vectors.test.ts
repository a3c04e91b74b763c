import { describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { measuredCharacters } from '../../../../base/text/text-scan.ts'
import { createPieceVectors, loadPieceVectors } from './piece-vectors.ts'
import { type PieceTable, sumRows } from './table.ts'
import { encodeVocabulary } from './vocabulary.ts'

const vectors = await loadPieceVectors(builtinArtifactFolder())
const cosine = (one: string, other: string): number => {
  const [a, b] = vectors.vectorsOf([one, other])
  return a!.reduce((sum, value, index) => sum + value * b![index]!, 0)
}

// Codes of ▁ are 0, 1, …, 7 and those of a are −8, −7, …, −1, in eight columns.
const { vocabulary } = encodeVocabulary([
  ['▁', -1],
  ['a', -1],
  ['<unk>', 0],
])
const small: PieceTable = {
  vocabulary,
  dimensions: 8,
  // In the order of the code units: <unk>, a, ▁.
  codes: Int32Array.of(0, 0xfedcba98 | 0, 0x76543210),
  factors: Float32Array.of(0, 0.5, 2),
  columnScales: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 10),
  meanPrompt: new Float32Array(8),
}

describe('a table of pieces', () => {
  it('sums (code + 1/2) · factor · column scale over the pieces', () => {
    const sums = new Float64Array(8)
    sumRows(small, Int32Array.of(2, 1, 1), sums)
    // 2 · (k + ½) + 2 · ½ · (k − 8 + ½) for column k
    const expected = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => 2 * (k + 0.5) + (k - 7.5))
    expected[7]! *= 10
    expect([...sums]).toEqual(expected)
    sumRows(small, new Int32Array(), sums)
    expect([...sums]).toEqual(new Array(8).fill(0))
  })

  it('gives the unit sum less the mean prompt, at length 1', () => {
    const meanPrompt = Float32Array.of(0.5, 0, 0, 0, 0, 0, 0, 0)
    const vector = createPieceVectors({ ...small, meanPrompt }).vectorOf('a')
    // ▁ + a = 2.5 k − 2.75 in column k, the last one times 10.
    const sum = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => 2 * (k + 0.5) + 0.5 * (k - 7.5))
    sum[7]! *= 10
    const unit = sum.map((value) => value / Math.hypot(...sum))
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
