const colours = 8

/** The class of a series' colour: the same place in a list has the same colour. */
export function seriesClass(index: number): string {
  return `series-${Math.min(index, colours - 1)}`
}
