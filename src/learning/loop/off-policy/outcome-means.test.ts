import { expect, it } from 'vitest'
import type { LoggedChoice } from './logged-choice.ts'
import { fitOutcomeMeans } from './outcome-means.ts'

const row = (model: string, quality: number | null, task: string | null = null): LoggedChoice => ({
  session: null,
  model,
  propensities: { [model]: 1 },
  quality,
  usd: null,
  task,
})
const fitMeans = (rows: readonly LoggedChoice[]) =>
  fitOutcomeMeans(
    rows,
    Uint32Array.from(rows.keys()),
    (each) => each.quality,
    () => 1,
  )

it('leaves the sessions of a row’s fold out of its expected outcome', () => {
  const rows = [row('a', 1), row('a', 0), row('a', null)]
  // Without its fold each row has only the other one: one observation against ten of the mean above it, three times.
  const expected = fitMeans(rows)
  expect(expected(rows[0]!, 'a', 0)).toBe(0)
  // All models 1/11; the model (1 + 10/11)/11; on the kind of work (1 + 10 · that)/11.
  const model = (1 + 10 / 11) / 11
  expect(expected(rows[1]!, 'a', 1)).toBeCloseTo((1 + 10 * model) / 11, 12)
})

it('knows models by kind of work, and what it has not seen by what contains it', () => {
  const rows = Array.from({ length: 5000 }, (_, i) =>
    i % 2 ? row('a', i % 4 === 1 ? 1 : 0.5, i % 4 === 1 ? 'code' : 'chat') : row('b', 0.2, 'chat'),
  )
  const expected = fitMeans(rows)
  const at = (model: string, task: string) => expected(row(model, null, task), model, 0)
  expect(at('a', 'code')).toBeCloseTo(1, 2)
  expect(at('a', 'chat')).toBeCloseTo(0.5, 2)
  expect(at('a', 'translation')).toBeCloseTo(0.75, 2)
  expect(at('c', 'translation')).toBeCloseTo(0.475, 2)
})
