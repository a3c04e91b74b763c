/** Points of a curve, without the present setting. */
const mostPoints = 200
const fineSteps = 1000
/** A twentieth of the settings from 0 to 1. */
const roundEvery = 50

/**
 * The settings that a curve is computed at: round numbers, closer together where many requests change their model, with both
 * ends and what is served.
 *
 * @param steps settings above which a request changes its model.
 * @param exactly settings that are to be among them.
 */
export function chooseSettings(
  steps: Float64Array,
  served: number,
  measure: 'threshold' | 'tolerance',
  exactly: readonly number[] = [],
): readonly number[] {
  const largest = Math.max(served, findLargest(steps))
  const unit = measure === 'threshold' ? 1 / fineSteps : findUnit(largest)
  const most = measure === 'threshold' ? fineSteps : Math.max(1, Math.ceil(largest / unit + 1e-6))
  const counts = new Uint32Array(most + 1)
  // A step at .42 changes what .421 chooses, not what .42 does.
  // By index: there may be a million.
  for (let step = 0; step < steps.length; step++)
    counts[Math.min(most, Math.floor(steps[step]! / unit + 1e-6) + 1)]!++
  const settings: number[] = [0]
  const least = (1.4 * steps.length) / mostPoints
  let [moved, emitted] = [0, 0]
  for (let place = 1; place <= most; place++) {
    moved += counts[place]!
    const isFull = moved >= least && moved > 0
    // Round settings have a point each.
    if (!isFull && place < most && place % roundEvery !== 0) continue
    settings.push(toSetting(place, unit))
    moved = 0
    if (++emitted >= mostPoints - 2 && place < most) {
      settings.push(toSetting(most, unit))
      break
    }
  }
  for (const setting of [served, ...exactly]) if (!settings.includes(setting)) settings.push(setting)
  return settings.sort((one, other) => one - other)
}

function toSetting(place: number, unit: number): number {
  return Number((place * unit).toPrecision(12))
}

function findLargest(steps: Float64Array): number {
  let largest = 0
  for (let step = 0; step < steps.length; step++) largest = Math.max(largest, steps[step]!)
  return largest
}

/** A round number, of which about a thousand are the largest tolerance. */
function findUnit(largest: number): number {
  return largest > 0 ? 10 ** (Math.ceil(Math.log10(largest)) - 3) : 0.001
}
