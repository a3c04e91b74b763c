import { expect, it } from 'vitest'
import { shapeFeatureCount, writeTurnShape } from './turn-shape.ts'

const shape = (turn: string, words: number, asks: boolean, answerAsks: boolean) => {
  const target = new Float32Array(shapeFeatureCount + 1).fill(9)
  writeTurnShape(turn, words, asks, answerAsks, target, 1)
  expect(target[0]).toBe(9)
  return [...target.slice(1)]
}

it('reads how a turn is written', () => {
  const [capital, small, digit, stop, quotation, colon, comma, code, asksInside, latin, length] = shape(
    'Say "a, b": f(2).',
    4,
    false,
    false,
  )
  expect([capital, small, digit, stop, quotation, colon, comma, code, asksInside, latin]).toEqual([
    1, 0, 1, 1, 1, 1, 1, 1, 0, 1,
  ])
  expect(length).toBeCloseTo(Math.log(18) / 5, 6)
  expect(shape('да? нет', 2, true, false)[8]).toBe(1)
  expect(shape('да?', 1, true, false)[8]).toBe(0)
})

it('counts as long what has more than 40, 70 and 110 characters', () => {
  const bounds = (length: number) => shape('x'.repeat(length), 1, false, false).slice(11, 14)
  expect(bounds(40)).toEqual([0, 0, 0])
  expect(bounds(41)).toEqual([1, 0, 0])
  expect(bounds(111)).toEqual([1, 1, 1])
})

it('reads whether a short turn comes after a question', () => {
  expect(shape('Lean 4', 2, false, true).slice(14)).toEqual([1, 1, 1, 0, 1, 1])
  expect(shape('Lean 4', 2, false, false).slice(14)).toEqual([0, 0, 0, 1, 0, 0])
  expect(shape('Lean?', 1, true, true).slice(14)).toEqual([1, 0, 0, 0, 0, 0])
})
