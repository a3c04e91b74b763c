/** Of the settings, so that few are in each. */
const parts = 1024

/**
 * Finds the place of the first setting above a value; their number if there is none. Quickly, because there may be a million values.
 *
 * @param settings by rising value, from 0.
 */
export function createFinder(settings: readonly number[]): (value: number) => number {
  const all = Float64Array.from(settings)
  const largest = all.at(-1) ?? 0
  const partsOfOne = largest > 0 ? Math.min(parts / largest, Number.MAX_VALUE) : 0
  const partOf = (value: number) => Math.max(0, Math.min(parts, Math.floor(value * partsOfOne)))
  /** Of the first setting of each part, or of a later one. */
  const firstOf = new Uint16Array(parts + 1)
  for (let part = 0, place = 0; part <= parts; part++) {
    while (place < all.length && partOf(all[place]!) < part) place++
    firstOf[part] = place
  }
  return (value) => {
    let place = firstOf[partOf(value)]!
    while (place < all.length && all[place]! <= value) place++
    return place
  }
}
