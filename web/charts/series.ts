const colours = 8

/** The class of a series' colour: the same name has the same colour within a list. */
export function seriesClass(index: number): string {
  return `series-${Math.min(index, colours - 1)}`
}
