import { expect, it } from 'vitest'
import { useLabels } from './labels.ts'

const row = (quality: number | null, propensity: number | null = null) => ({
  session: null,
  label: quality === null ? null : { quality, propensity },
})

it('takes volunteered labels as if each request had been as likely to have one', () => {
  const { qualities, use } = useLabels([row(1), row(null), row(0), row(null)])
  expect(use).toEqual({ kind: 'volunteered', labels: 2, unused: 0, coverage: 0.5 })
  expect(qualities.map(({ quality }) => quality)).toEqual([1, null, 0, null])
  expect(qualities.map(({ labelProbability }) => labelProbability)).toEqual([0.5, 0.5, 0.5, 0.5])
})

it('takes drawn labels by their probabilities, and lets them stand for all requests', () => {
  const drawn = Array.from({ length: 20 }, () => row(1, 0.5))
  const others = Array.from({ length: 60 }, (_, index) => row(index < 10 ? 0 : null))
  const { qualities, use } = useLabels([...drawn, ...others])
  // 20 labels of probability ½ stand for 40 of 80 requests.
  expect(use).toEqual({ kind: 'drawn', labels: 20, unused: 10, coverage: 0.5 })
  expect(qualities[0]).toEqual({ quality: 1, labelProbability: 0.25 })
  expect(qualities[20]!.quality).toBeNull()
  const stoodFor = qualities.reduce(
    (sum, each) => sum + (each.quality === null ? 0 : 1 / each.labelProbability),
    0,
  )
  expect(stoodFor).toBeCloseTo(80, 9)
})

it('has no labels without one, and does not count a few drawn ones', () => {
  expect(useLabels([row(null)]).use).toBeNull()
  expect(useLabels([row(1), row(1, 0.5)]).use).toMatchObject({ kind: 'volunteered', labels: 1, unused: 1 })
})
