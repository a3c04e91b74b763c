type Ends = readonly [number, number] | null

/**
 * The class of a figure that is good if it is more than 0 and bad if it is less.
 *
 * @param interval of the figure, of either sign: with 0 in it, the figure is neither. Null: there is none, and it is neither.
 */
export function toneOf(gain: number, interval: Ends): 'good' | 'bad' | '' {
  if (gain === 0 || interval === null || hasZero(interval)) return ''
  return gain > 0 ? 'good' : 'bad'
}

export function hasZero([low, high]: NonNullable<Ends>): boolean {
  return low <= 0 && high >= 0
}
