/** Median, extremes and the values themselves, rounded to a readable number of digits. */
export function spread(values, digits = 1) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median =
    sorted.length % 2 === 1
      ? sorted[Math.floor(middle)]
      : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  const round = (value) => Number(value?.toFixed(digits))
  return {
    median: round(median),
    min: round(sorted[0]),
    max: round(sorted.at(-1)),
    values: values.map(round),
  }
}
