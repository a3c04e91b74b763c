import { expect, it } from 'vitest'
import { lossCurveSvg } from './loss-curve.ts'

const numbersOf = (path: string) => [...path.matchAll(/[\d.]+/g)].map(([number]) => Number(number))

it('draws both losses, one point per epoch, and marks the epoch that was kept', () => {
  const svg = lossCurveSvg({ training: [0.69, 0.6, 0.5], validation: [0.69, 0.62, 0.65], keptEpoch: 2 })
  const paths = [...svg.matchAll(/class="line series-\d" d="(M\d+\.?\d* [^"h]+)"/g)].map(([, path]) =>
    numbersOf(path!),
  )
  expect(paths.map(({ length }) => length)).toEqual([6, 6])
  const [heldOut] = paths
  const [, x, y] = /cx="([\d.]+)" cy="([\d.]+)"/.exec(svg)!
  expect([Number(x), Number(y)]).toEqual(heldOut!.slice(2, 4))
  // Less loss is lower in the picture.
  expect(heldOut![3]).toBeGreaterThan(heldOut![1]!)
  expect(svg).toContain('kept: epoch 2, 0.6200')
})

it('draws the training loss alone where nothing is held out, also of one epoch', () => {
  const svg = lossCurveSvg({ training: [0.5], validation: [], keptEpoch: 1 })
  expect(svg).not.toContain('held out')
  expect(svg).not.toMatch(/NaN|Infinity/)
  expect(svg).toContain('kept: epoch 1, 0.5000')
})
