import { join } from 'node:path'
import { makeOutputFolder, type OpenOutput } from '../../base/files/write-outputs.ts'
import { type CostQualityPoint, costQualitySvg } from '../../learning/evaluation/reports/cost-quality-svg.ts'
import type { ComparedRow, PolicyComparison } from './comparison.ts'

/** Writes policies.json, and policies.svg if there are dollars and scores to draw, into a folder that is created if missing. */
export async function writeComparison(
  openOutput: OpenOutput,
  folder: string,
  comparison: PolicyComparison,
): Promise<void> {
  const { policies, models } = comparison
  const points = [
    ...policies.flatMap((row) => toPoint(row, false)),
    ...models.flatMap((row) => toPoint(row, true)),
  ]
  await makeOutputFolder(folder)
  const json = await openOutput(join(folder, 'policies.json'))
  await json.write(`${JSON.stringify(comparison)}\n`)
  if (points.length === 0) return
  const picture = await openOutput(join(folder, 'policies.svg'))
  await picture.write(
    costQualitySvg({ heading: 'Mean score and dollars of each policy', points, curves: [] }),
  )
}

/** None if its dollars or its score are not known; 0 dollars have no place on a logarithmic scale. */
function toPoint(row: ComparedRow, isModel: boolean): CostQualityPoint[] {
  const { name, usdPerRequest, score, scoreInterval } = row
  if (usdPerRequest === null || usdPerRequest === 0 || score === null) return []
  return [{ name, usd: usdPerRequest, score, isModel, ...(scoreInterval !== null && { scoreInterval }) }]
}
