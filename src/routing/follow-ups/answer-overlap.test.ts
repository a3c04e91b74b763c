import { expect, it } from 'vitest'
import { createOverlapReader, overlapFeatureCount } from './answer-overlap.ts'

const read = createOverlapReader()
const overlap = (turn: string, answer: string, asks = false) => {
  const target = new Float32Array(overlapFeatureCount)
  read(turn, answer, asks, target, 0)
  return [...target]
}

it('counts the words of a turn whose beginning is in the answer', () => {
  // "reser(ve)", "anoth(er)" and "table"; "table" and "reser" are in the answer.
  const [share, any, anyAsks, count, noneOfThree, noneAsks, , stems] = overlap(
    'reserve another table',
    'the tables are reserved.',
  )
  expect(share).toBeCloseTo(2 / 3, 6)
  expect([any, anyAsks, noneOfThree, noneAsks]).toEqual([1, 0, 0, 0])
  expect(count).toBeCloseTo(2 / 3, 6)
  expect(stems).toBeCloseTo(3 / 8, 6)
})

it('reads pairs of characters of scripts without spaces, and two syllables of Korean words', () => {
  expect(overlap('改成海边', '青岛有海边。')[3]).toBeCloseTo(1 / 3, 6)
  expect(overlap('회의를 지워', '회의가 잡혔습니다.')[3]).toBeCloseTo(1 / 3, 6)
  expect(overlap('напишите стихи', 'стихов не нашлось.')[3]).toBeCloseTo(0, 6)
  expect(overlap('напишите письмо', 'письмо готово.')[3]).toBeCloseTo(1 / 3, 6)
})

it('tells an answer that shares nothing from one that is not known', () => {
  expect(overlap('which planet has rings', 'anything else', true).slice(4, 7)).toEqual([1, 1, 1])
  expect(overlap('which planet has rings', '', true).slice(4, 7)).toEqual([0, 0, 0])
  expect(overlap('ok', '', false)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
})
