/** The number of the colour of each model, in the order of their names, so that it is the same whatever is shown first. */
export function findModelColours(models: readonly (string | null)[]): ReadonlyMap<string, number> {
  const names = [...new Set(models.filter((model) => model !== null))].sort()
  return new Map(names.map((name, index) => [name, index]))
}
